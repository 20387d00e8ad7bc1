// The page /metrics: what stands on it is documented, what is documented stands
// on it, and dashboards and alerts ask for nothing else.

#include "server/ops/metrics_page.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
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

// The cells of the rows of docs/metrics.md's tables that begin with a name in
// backticks, without them.
std::vector<std::vector<std::string>> DocumentedRows() {
  std::vector<std::vector<std::string>> rows;
  const std::string page = ReadSource("docs/metrics.md");
  for (const absl::string_view line : absl::StrSplit(page, '\n')) {
    if (!absl::StartsWith(line, "| `")) continue;
    std::vector<std::string> cells;
    for (const absl::string_view cell : absl::StrSplit(line, '|')) {
      const absl::string_view text = absl::StripAsciiWhitespace(cell);
      cells.emplace_back(absl::StripSuffix(absl::StripPrefix(text, "`"), "`"));
    }
    rows.push_back({cells.begin() + 1, cells.end()});
  }
  return rows;
}

// As Families(), of the document.
std::map<std::string, std::string> DocumentedFamilies() {
  std::map<std::string, std::string> families;
  for (const std::vector<std::string>& row : DocumentedRows()) {
    if (!absl::StartsWith(row[0], "Stratagem")) families[row[0]] = row[1];
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
  for (const absl::string_view line : absl::StrSplit(page, '\n')) {
    if (!absl::StartsWith(line,
                          "stratagem_decision_duration_seconds_bucket{outcome="
                          "\"decided\",le=\"")) {
      continue;
    }
    uint64_t value = 0;
    EXPECT_TRUE(absl::SimpleAtoi(line.substr(line.rfind(' ') + 1), &value))
        << line;
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
  const auto is_of_a_name = [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
  };
  for (auto begin = text.begin(); begin != text.end();) {
    begin = std::find_if(begin, text.end(), is_of_a_name);
    const auto end = std::find_if_not(begin, text.end(), is_of_a_name);
    const std::string word(begin, end);
    for (const char* prefix : {"stratagem_", "process_", "grpc_server_"}) {
      if (absl::StartsWith(word, prefix)) names.insert(word);
    }
    begin = end;
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
  const std::string rules = ReadSource("deploy/prometheus/alerts.yaml");
  std::set<std::string> alerts, documented;
  for (absl::string_view line : absl::StrSplit(rules, '\n')) {
    line = absl::StripLeadingAsciiWhitespace(line);
    if (absl::ConsumePrefix(&line, "- alert: ")) alerts.emplace(line);
  }
  for (const std::vector<std::string>& row : DocumentedRows()) {
    if (absl::StartsWith(row[0], "Stratagem")) documented.insert(row[0]);
  }
  EXPECT_GE(alerts.size(), 10u);
  EXPECT_EQ(alerts, documented);
}

}  // namespace
}  // namespace stratagem::server
