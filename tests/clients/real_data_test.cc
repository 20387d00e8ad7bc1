// Real customers through the program that is built: every line of three public
// data sets is decided, and falls into more than one tier and stage.

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/clients/run_command.h"
#include "tests/support/golden.h"
#include "tests/support/shared_data.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

using nlohmann::json;

// The summary of `decide --csv` over `file`; the test fails unless every line
// was decided.
json DecideAll(const std::string& pack, const std::string& file,
               std::vector<std::string> more) {
  std::vector<std::string> arguments = {
      "decide",     "--pack",    SourcePath("rules/" + pack),
      "--csv",      file,        "--as-of",
      "2026-11-15", "--summary", "--output",
      "json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Ran ran = RunProgram(arguments);
  EXPECT_EQ(ran.code, 0) << ran.err;
  json summary = json::parse(ran.out, nullptr, /*allow_exceptions=*/false);
  EXPECT_FALSE(summary.is_discarded()) << ran.out;
  EXPECT_EQ(summary.value("failed", -1), 0) << ran.err;
  EXPECT_EQ(summary.value("degraded", -1), 0);
  return summary;
}

// No name of `axis` takes nearly everybody, and no tier is empty.
void ExpectSpread(const json& summary, const std::string& axis,
                  int populated_min) {
  const int decided = summary.at("decided");
  int populated = 0;
  for (const auto& [name, count] : summary.at(axis).items()) {
    if (count > 0) ++populated;
    EXPECT_LT(count, decided * 7 / 10) << axis << " " << name;
  }
  EXPECT_GE(populated, populated_min) << summary.at(axis);
}

TEST(RealDataTest, RetailDecidesEveryCustomerOfOnlineRetail) {
  STRATAGEM_SHARED_DATA_OR_SKIP(folder, "online_retail");
  const json summary =
      DecideAll("retail", folder + "/online_retail_rfm_2011-12-10.csv",
                {"--id", "customer_id", "--map",
                 "orders_total=frequency,monetary_36m=monetary"});
  EXPECT_EQ(summary.at("decided"), 4338);
  ExpectSpread(summary, "tiers", 4);
  // Everybody in the file has bought, so nobody is a prospect.
  ExpectSpread(summary, "stages", 5);
  EXPECT_EQ(summary.at("stages").at("prospect"), 0);
}

TEST(RealDataTest, TelecomDecidesEveryCustomerOfTelcoChurnBlankChargesToo) {
  STRATAGEM_SHARED_DATA_OR_SKIP(folder, "telco_churn");
  const json summary = DecideAll(
      "telecom", folder + "/Telco-Customer-Churn.csv",
      {"--id", "customerID", "--map",
       "tenure_months=tenure,contract=Contract,monthly_charges=MonthlyCharges,"
       "total_charges=TotalCharges,internet_service=InternetService,"
       "online_security=OnlineSecurity,tech_support=TechSupport,"
       "streaming_tv=StreamingTV,phone_service=PhoneService,"
       "payment_method=PaymentMethod,paperless_billing=PaperlessBilling,"
       "senior_citizen=SeniorCitizen"});
  EXPECT_EQ(summary.at("decided"), 7043);
  ExpectSpread(summary, "tiers", 4);
  ExpectSpread(summary, "stages", 5);
}

// The lines of `file`, which has no column of ids, with one in front.
std::string WithIds(const std::string& file) {
  std::ifstream input(file);
  std::string numbered;
  std::string line;
  for (int number = 0; std::getline(input, line); ++number) {
    absl::StrAppend(&numbered,
                    number == 0 ? "customer_id" : absl::StrCat("c-", number),
                    ";", line, "\n");
  }
  return numbered;
}

TEST(RealDataTest, BankDecidesEveryCustomerOfBankMarketing) {
  STRATAGEM_SHARED_DATA_OR_SKIP(folder, "bank_marketing");
  const TempDir dir;
  const std::string file = dir.Write("bank.csv", WithIds(folder + "/bank.csv"));
  const json summary = DecideAll(
      "bank", file, {"--delimiter", ";", "--map", "in_default=default"});
  EXPECT_EQ(summary.at("decided"), 4521);
  ExpectSpread(summary, "tiers", 4);
  ExpectSpread(summary, "stages", 6);
}

}  // namespace
}  // namespace stratagem::cli
