#include "server/ops/metric_families.h"

#include <limits>
#include <sstream>
#include <utility>

#include "prometheus/text_serializer.h"

namespace stratagem::server {

void MetricFamilies::Begin(absl::string_view name, absl::string_view help,
                           prometheus::MetricType type) {
  prometheus::MetricFamily family;
  family.name = std::string(name);
  family.help = std::string(help);
  family.type = type;
  families_.push_back(std::move(family));
}

void MetricFamilies::Add(double value, MetricLabels labels) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  if (families_.back().type == prometheus::MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  families_.back().metric.push_back(std::move(metric));
}

void MetricFamilies::Add(const LatencyCounts& counts, MetricLabels labels) {
  Add(kLatencyBoundsSeconds, counts.buckets, counts.sum_seconds,
      std::move(labels));
}

void MetricFamilies::Add(std::span<const double> bounds,
                         std::span<const uint64_t> buckets, double sum,
                         MetricLabels labels) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  uint64_t count = 0;
  for (size_t i = 0; i < buckets.size(); ++i) {
    count += buckets[i];
    metric.histogram.bucket.push_back(
        {count, i < bounds.size() ? bounds[i]
                                  : std::numeric_limits<double>::infinity()});
  }
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = sum;
  families_.back().metric.push_back(std::move(metric));
}

std::string MetricFamilies::Text() const {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families_);
  return std::move(out).str();
}

}  // namespace stratagem::server
