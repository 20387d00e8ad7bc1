// What must hold for `stratagem customer`, against a real server: values go as
// the pack declares them, bad lines are named with what was found and expected
// and leave the others alone, and nothing is erased by mistake.

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/store/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/clients/run_command.h"
#include "tests/server/running_server.h"
#include "tests/support/temp_dir.h"

namespace stratagem::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kBankPack[] = R"yaml(language: 1
name: bank
version: 1.0.0
timezone: Asia/Shanghai
attributes:
  orders:   {type: int, min: 0, max: 100}
  spend:    {type: double, default: 0}
  channel:  {type: string, values: [app, call], default: app}
  joined:   {type: timestamp, optional: true}
  tags:     {type: {list: string}, optional: true}
constraints:
  - "orders > 0 || spend == 0.0"
)yaml";

class CustomerCommandTest : public testing::Test {
 protected:
  CustomerCommandTest() {
    folder_.Write("bank/pack.yaml", kBankPack);
    server_ = std::make_unique<server::RunningServer>(
        server::Options{}, store::NewMemoryStore(),
        std::vector<std::string>{folder_.Join("bank")});
  }

  Ran Customer(std::vector<std::string> arguments,
               const std::string& input = "") {
    arguments.insert(arguments.begin(), "customer");
    arguments.push_back("--server");
    arguments.push_back(absl::StrCat("127.0.0.1:", server_->server().port()));
    return RunHere(arguments, input);
  }
  // The profile as JSON on one line, without its times.
  std::string Get(const std::string& id) {
    Ran ran = Customer({"get", id, "-o", "ndjson"});
    const size_t at = ran.out.find("\"attributes\"");
    return at == std::string::npos ? ran.err : ran.out.substr(at);
  }

  TempDir folder_;
  std::unique_ptr<server::RunningServer> server_;
};

TEST_F(CustomerCommandTest, WhatIsSetIsReadByItsDeclaredType) {
  Ran ran = Customer({"set", "c-1", "orders=3", "spend=4", "joined=2026-11-15",
                      "tags=[\"a\", \"b\"]"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "c-1 has version 1\n");
  EXPECT_EQ(Get("c-1"),
            "\"attributes\":{\"joined\":\"2026-11-14T16:00:00Z\",\"orders\":3,"
            "\"spend\":4.0,\"tags\":[\"a\",\"b\"]}}\n");
  ran = Customer({"set", "c-1", "--json",
                  R"({"joined": "2026-11-16", "spend": null})", "--unset",
                  "tags"});
  EXPECT_EQ(ran.out, "c-1 has version 2\n");
  EXPECT_EQ(Get("c-1"),
            "\"attributes\":{\"joined\":\"2026-11-15T16:00:00Z\",\"orders\":3}"
            "}\n");
}

TEST_F(CustomerCommandTest, WhatNoPackDeclaresIsKeptAndNoted) {
  const Ran ran = Customer({"set", "c-1", "shoe_size=42", "nick=Jo"});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.err, HasSubstr("`attributes.shoe_size`: no loaded pack "
                                 "declares it; it is kept"));
  EXPECT_EQ(Get("c-1"), "\"attributes\":{\"nick\":\"Jo\",\"shoe_size\":42}}\n");
}

TEST_F(CustomerCommandTest, MistakesOfTheCommandLineSayWhatToDo) {
  Ran ran = Customer({"set", "c-1", "orders"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err, "error: `orders` is not of the form `attribute=value`\n");
  ran = Customer({"set", "c-1", "orders=many"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("`orders=many`: `many` is not int"));
  ran = Customer({"set", "c-1"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("says nothing to change"));
  ran = Customer({"set", "c-1", "orders=1", "--expect-version", "3"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("the profile has version 0, expected 3"));
  ran = Customer({"get", "nobody"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("no profile is stored for customer `nobody`"));
}

TEST_F(CustomerCommandTest, ImportsCsvAndReportsBadLines) {
  const std::string file = folder_.Write("customers.csv",
                                         "customer_id,orders,spend,note\n"
                                         "c-1,1,2.5,x\n"
                                         "c-2,many,1,x\n"
                                         ",3,1,x\n"
                                         "c-4,400,1,x\n"
                                         "c-5,5\n"
                                         "c-6,,6,x\n");
  const Ran ran = Customer({"import", file});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "3 stored (1 with warnings), 3 refused\n");
  EXPECT_THAT(ran.err, HasSubstr("1 column not used: note"));
  EXPECT_THAT(ran.err, HasSubstr(":3:5: column `orders`: `many` is not int"));
  EXPECT_THAT(ran.err, HasSubstr(":4:1: column `customer_id`: the cell is "
                                 "blank; a customer needs an id"));
  EXPECT_THAT(ran.err, HasSubstr(":5: warning: attributes.orders: 400 is above "
                                 "the maximum 100; decisions of pack bank"));
  EXPECT_THAT(ran.err, HasSubstr(":6:1: the row has 2 cells, the header 4"));
  EXPECT_THAT(ran.err, Not(HasSubstr("\r")));
  EXPECT_EQ(Get("c-1"), "\"attributes\":{\"orders\":1,\"spend\":2.5}}\n");
  EXPECT_EQ(Get("c-6"), "\"attributes\":{\"spend\":6.0}}\n");
}

// By itself each value is well.
TEST_F(CustomerCommandTest, AnImportWarnsOfProfilesThatBreakAConstraint) {
  EXPECT_EQ(Customer({"set", "c-3", "orders=0"}).err, "");
  const std::string file = folder_.Write("customers.csv",
                                         "customer_id,orders,spend\n"
                                         "c-1,1,2.5\n"
                                         "c-2,0,2.5\n"
                                         "c-3,,7\n"
                                         "c-4,,7\n");
  const Ran ran = Customer({"import", file});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "4 stored (2 with warnings), 0 refused\n");
  const auto warning = [&](int line) {
    return absl::StrCat(
        file, ":", line,
        ": warning: attributes.orders: the profile breaks the constraint "
        "`orders > 0 || spend == 0.0`; decisions of pack bank 1.0.0 count what "
        "it reads of the profile as missing: orders, spend\n");
  };
  EXPECT_EQ(ran.err, absl::StrCat(warning(3), warning(4)));
  EXPECT_THAT(Customer({"set", "c-1", "orders=0"}).err,
              HasSubstr("the profile breaks the constraint"));
}

TEST_F(CustomerCommandTest, ImportsNdjsonInBothForms) {
  const Ran ran = Customer(
      {"import", "-", "--format", "ndjson"},
      R"({"customer_id": "c-1", "attributes": {"orders": 1, "joined": "2026-11-15"}})"
      "\n\n"
      R"({"customer_id": "c-2", "orders": 2})"
      "\n"
      R"({"orders": 2})"
      "\n"
      "{\"customer_id\": \n"
      R"({"customer_id": 5})"
      "\n");
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.out, "2 stored, 3 refused\n");
  EXPECT_THAT(ran.err, HasSubstr("standard input:4: the object has no "
                                 "`customer_id`; a customer needs an id"));
  EXPECT_THAT(ran.err, HasSubstr("standard input:5: "));
  EXPECT_THAT(ran.err,
              HasSubstr("standard input:6: `customer_id` is 5; expected"));
  EXPECT_EQ(
      Get("c-1"),
      "\"attributes\":{\"joined\":\"2026-11-14T16:00:00Z\",\"orders\":1}}\n");
}

TEST_F(CustomerCommandTest, AnImportOfManyPartsIsWholeAndCanBeRepeated) {
  std::string csv = "id,Orders\n";
  for (int i = 0; i < 1'234; ++i)
    absl::StrAppend(&csv, "c-", i, ",", i % 9, "\n");
  const std::string file = folder_.Write("many.csv", csv);
  for (int round = 0; round < 2; ++round) {
    const Ran ran = Customer({"import", file, "--id-column", "id", "--map",
                              "orders=Orders", "--quiet"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_EQ(ran.out, "1,234 stored, 0 refused\n");
    EXPECT_EQ(ran.err, "");
  }
  const Ran found = Customer({"search", "--prefix", "c-1", "--where",
                              "orders=7", "-o", "ndjson", "--limit", "1000"});
  EXPECT_EQ(found.code, 0);
  int expected = 0;
  for (int i = 0; i < 1'234; ++i) {
    expected += absl::StrCat(i)[0] == '1' && i % 9 == 7;
  }
  EXPECT_EQ(std::count(found.out.begin(), found.out.end(), '\n'), expected);
  EXPECT_THAT(found.out, HasSubstr("\"customer_id\":\"c-106\",\"version\":1,"));
}

TEST_F(CustomerCommandTest, AFileOrServerThatIsNotThereIsSaidSo) {
  Ran ran = Customer({"import", folder_.Join("missing.csv")});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("cannot be read"));
  ran = RunHere({"customer", "get", "c-1", "--server", "127.0.0.1:1",
                 "--timeout-ms", "2000"});
  EXPECT_EQ(ran.code, 3);
}

TEST_F(CustomerCommandTest, ErasingNeedsAYes) {
  Customer({"set", "c-1", "orders=3"});
  Ran ran = Customer({"delete", "c-1"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("add `--yes` to do it"));
  EXPECT_THAT(Get("c-1"), HasSubstr("orders"));
  RunHere({"decide", "--server",
           absl::StrCat("127.0.0.1:", server_->server().port()), "-c", "c-1"});
  ran = Customer({"delete", "c-1", "--yes"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "erased: the profile, 1 record of the log\n");
  ran = Customer({"delete", "c-1", "--yes"});
  EXPECT_EQ(ran.out, "nothing was stored under `c-1`\n");
}

TEST_F(CustomerCommandTest, ACustomerWhomAFileHasTwiceIsNoted) {
  const std::string file = folder_.Write("twice.csv",
                                         "customer_id,orders\n"
                                         "c-1,1\n"
                                         "c-2,2\n"
                                         "c-1,3\n"
                                         "c-1,4\n");
  const Ran ran = Customer({"import", file});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr(":4: note: `c-1` was in line 2 already; this "
                                 "line is stored over it\n"));
  EXPECT_THAT(ran.err, HasSubstr(":5: note: `c-1` was in line 4 already"));
  EXPECT_THAT(ran.err, Not(HasSubstr("c-2")));
  EXPECT_EQ(Get("c-1"), "\"attributes\":{\"orders\":4}}\n");
}

TEST_F(CustomerCommandTest, TablesAreForPeople) {
  Customer({"set", "c-1", "orders=3", "channel=call"});
  const Ran got = Customer({"get", "c-1"});
  EXPECT_THAT(got.out, HasSubstr("c-1  version 1, changed "));
  EXPECT_THAT(got.out, HasSubstr("channel    call"));
  const Ran found = Customer({"search"});
  EXPECT_THAT(found.out, HasSubstr("c-1"));
  EXPECT_THAT(found.out, HasSubstr("channel call, orders 3"));
  EXPECT_EQ(Customer({"search", "--prefix", "x"}).err,
            "note: no profile matches\n");
}

}  // namespace
}  // namespace stratagem::cli
