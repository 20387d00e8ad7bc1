// server/ops/metric_families.h
//
// MetricFamilies: gathers metrics, family by family, and writes them in
// Prometheus' text format. Used by MetricsText().
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_OPS_METRIC_FAMILIES_H_
#define STRATAGEM_SERVER_OPS_METRIC_FAMILIES_H_

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "prometheus/metric_family.h"
#include "server/ops/latency_histogram.h"

namespace stratagem::server {

using MetricLabels = std::vector<prometheus::ClientMetric::Label>;

class MetricFamilies {
 public:
  // What follows, up to the next family, belongs to this one.
  void BeginCounter(absl::string_view name, absl::string_view help) {
    Begin(name, help, prometheus::MetricType::Counter);
  }
  void BeginGauge(absl::string_view name, absl::string_view help) {
    Begin(name, help, prometheus::MetricType::Gauge);
  }
  void BeginHistogram(absl::string_view name, absl::string_view help) {
    Begin(name, help, prometheus::MetricType::Histogram);
  }

  // Requires: a counter's or gauge's family has begun.
  void Add(double value, MetricLabels labels = {});
  void Add(uint64_t value, MetricLabels labels = {}) {
    Add(static_cast<double>(value), std::move(labels));
  }
  // Requires: a histogram's family has begun.
  void Add(const LatencyCounts& counts, MetricLabels labels = {});
  // One of counts: `buckets[i]` are those of at most `bounds[i]`, and the last
  // one of all that are larger.
  void Add(std::span<const double> bounds, std::span<const uint64_t> buckets,
           double sum, MetricLabels labels = {});

  // One family of one counter or gauge.
  void Counter(absl::string_view name, absl::string_view help, double value) {
    BeginCounter(name, help);
    Add(value);
  }
  void Gauge(absl::string_view name, absl::string_view help, double value) {
    BeginGauge(name, help);
    Add(value);
  }

  std::string Text() const;

 private:
  void Begin(absl::string_view name, absl::string_view help,
             prometheus::MetricType type);

  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_OPS_METRIC_FAMILIES_H_
