// The page /metrics: what stands on it is documented, what is documented stands
// on it, and dashboards and alerts ask for nothing else.

#include "server/ops/metrics_page.h"

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/running_server.h"
#include "tests/server/shop_pack.h"
#include "tests/support/golden.h"

namespace stratagem::server {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

std::string ReadSource(const std::string& path) {
  std::ifstream file(SourcePath(path), std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Name and type of each family.
std::map<std::string, std::string> Families(const std::string& page) {
  std::map<std::string, std::string> families;
  for (const absl::string_view line : absl::StrSplit(page, '\n')) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ');
    if (words.size() == 4 && words[1] == "TYPE") families[words[2]] = words[3];
  }
  return families;
}

// All matches of `pattern`. Requires: `text` outlives them.
std::vector<std::smatch> Matches(const std::string& text,
                                 const std::string& pattern) {
  const std::regex regex(pattern);
  return {std::sregex_iterator(text.begin(), text.end(), regex),
          std::sregex_iterator()};
}

// The same of the tables of docs/metrics.md.
std::map<std::string, std::string> DocumentedFamilies() {
  std::map<std::string, std::string> families;
  const std::string page = ReadSource("docs/metrics.md");
  for (const std::smatch& row :
       Matches(page, R"(\n\| `([a-z_]+)` \| (counter|gauge|histogram) \|)")) {
    families[row[1]] = row[2];
  }
  return families;
}

Options WithHttp() {
  Options options;
  options.http_listen = "127.0.0.1:0";
  return options;
}

// A server that has done a little of everything that is counted.
class MetricsPageTest : public testing::Test {
 protected:
  MetricsPageTest()
      : server_(WithHttp(), store::NewMemoryStore(),
                {WriteShop(dir_, "shop")}) {
    v1::DecideRequest request;
    request.set_customer_id("c-1");
    request.add_placements("home");
    EXPECT_TRUE(server_.Decide(request).ok());
  }

  std::string Page() { return MetricsText(server_.server().Look()); }

  const TempDir dir_;
  RunningServer server_;
};

TEST_F(MetricsPageTest, IsWhatTheDocumentSays) {
  EXPECT_EQ(Families(Page()), DocumentedFamilies());
}

TEST_F(MetricsPageTest, TellsNamesUnitsAndLabelsByConvention) {
  const std::string page = Page();
  for (const auto& [name, type] : Families(page)) {
    EXPECT_EQ(absl::EndsWith(name, "_total"), type == "counter") << name;
    EXPECT_THAT(page, HasSubstr(absl::StrCat("# HELP ", name, " ")));
    EXPECT_THAT(name, Not(ContainsRegex("_(ms|us|ns|kb|mb|percent)(_|$)")));
  }
  EXPECT_THAT(page, HasSubstr("stratagem_decisions_total{pack=\"shop\","
                              "pack_version=\"1\",role=\"live\",tier=\"\","
                              "stage=\"\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("stratagem_placements_total{pack=\"shop\","
                              "pack_version=\"1\",placement=\"home\","
                              "filled=\"true\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("stratagem_records_dropped_total 0\n"));
  EXPECT_THAT(page, HasSubstr("stratagem_sheds_total{queue=\"log\"} 0\n"));
  EXPECT_THAT(page, HasSubstr("stratagem_ready 1\n"));
  EXPECT_THAT(page, HasSubstr("serving=\"live\",decides=\"true\"} 1\n"));
}

TEST_F(MetricsPageTest, CountsUpwardsThroughTheBucketsOfAHistogram) {
  const std::string page = Page();
  uint64_t before = 0, buckets = 0;
  for (const std::smatch& bucket :
       Matches(page,
               "stratagem_decision_duration_seconds_bucket\\{"
               "outcome=\"decided\",le=\"[^\"]+\"\\} (\\d+)")) {
    const uint64_t value = std::stoull(bucket[1]);
    EXPECT_GE(value, before);
    before = value;
    ++buckets;
  }
  EXPECT_EQ(buckets, kLatencyBoundsSeconds.size() + 1);
  EXPECT_EQ(before, 1u);
  EXPECT_THAT(page, HasSubstr("stratagem_decision_duration_seconds_count{"
                              "outcome=\"decided\"} 1\n"));
  EXPECT_THAT(page, HasSubstr("stratagem_log_commit_records_bucket{le=\"1\"}"));
}

TEST_F(MetricsPageTest, SaysWhatIsKnownWhileTheStoreIsClosed) {
  ServerPicture picture = server_.server().Look();
  picture.stores.reset();
  picture.ready = absl::UnavailableError("the store is not open");
  picture.records_dropped = 3;
  const std::string page = MetricsText(picture);
  EXPECT_THAT(page, HasSubstr("stratagem_ready 0\n"));
  EXPECT_THAT(page, HasSubstr("stratagem_store_open 0\n"));
  EXPECT_THAT(page, HasSubstr("stratagem_records_dropped_total 3\n"));
  EXPECT_THAT(page, Not(HasSubstr("stratagem_log_queue_records")));
  EXPECT_THAT(page, HasSubstr("stratagem_sheds_total{queue=\"repeats\"} 0\n"));
}

TEST_F(MetricsPageTest, EscapesWhatAPackIsCalled) {
  ServerPicture picture = server_.server().Look();
  picture.decided.front().version = "1\"\\\n2";
  EXPECT_THAT(MetricsText(picture),
              HasSubstr("pack_version=\"1\\\"\\\\\\n2\""));
}

// What a query of a dashboard or an alert asks for: names of ours, without what
// a histogram adds to its family's.
std::set<std::string> MetricsIn(const std::string& text) {
  std::set<std::string> names;
  for (const std::smatch& name :
       Matches(text, R"(\b(?:stratagem|process|grpc_server)_[a-z_]+)")) {
    names.insert(name[0]);
  }
  return names;
}

TEST_F(MetricsPageTest, DashboardAndAlertsAskForNothingElse) {
  const std::map<std::string, std::string> families = DocumentedFamilies();
  for (const char* path :
       {"deploy/grafana/stratagem.json", "deploy/prometheus/alerts.yaml"}) {
    const std::set<std::string> names = MetricsIn(ReadSource(path));
    EXPECT_GE(names.size(), 10u) << path;
    for (const std::string& name : names) {
      std::string family = name;
      for (const char* part : {"_bucket", "_sum", "_count"}) {
        const std::string stripped(absl::StripSuffix(name, part));
        if (stripped != name && families.contains(stripped) &&
            families.at(stripped) == "histogram") {
          family = stripped;
        }
      }
      EXPECT_TRUE(families.contains(family)) << name << " in " << path;
    }
  }
}

TEST_F(MetricsPageTest, EveryAlertIsDocumented) {
  const std::string page = ReadSource("docs/metrics.md");
  const std::string rules = ReadSource("deploy/prometheus/alerts.yaml");
  std::set<std::string> alerts, documented;
  for (const std::smatch& alert : Matches(rules, R"(- alert: (\w+))")) {
    alerts.insert(alert[1]);
  }
  for (const std::smatch& row : Matches(page, R"(\n\| `(Stratagem\w+)` \|)")) {
    documented.insert(row[1]);
  }
  EXPECT_GE(alerts.size(), 10u);
  EXPECT_EQ(alerts, documented);
}

}  // namespace
}  // namespace stratagem::server
