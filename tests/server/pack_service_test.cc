// What must hold for PackService over the wire: what is published can be read
// back, what is activated decides, what is rolled back does not, what is paused
// is not shown; and every mistake of a caller has its reason and its field.

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/store/record_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/rpc/decision_id.h"
#include "tests/server/error_details.h"
#include "tests/server/pack_calls.h"

namespace stratagem::server {
namespace {

using grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;

class PackServiceTest : public PackCalls {
 protected:
  grpc::Status Activate(const std::string& version, bool force,
                        v1::ActivatePackResponse& response) {
    v1::ActivatePackRequest request;
    request.mutable_pack()->set_name("shop");
    request.mutable_pack()->set_version(version);
    request.set_force(force);
    return Call(&Stub::ActivatePack, request, response);
  }
  grpc::Status Activate(const std::string& version, bool force = false) {
    v1::ActivatePackResponse response;
    return Activate(version, force, response);
  }
  grpc::Status RollBack(const std::string& version,
                        v1::RollBackPackResponse& response) {
    v1::RollBackPackRequest request;
    request.mutable_pack()->set_name("shop");
    request.mutable_pack()->set_version(version);
    return Call(&Stub::RollBackPack, request, response);
  }
  grpc::Status RollBack(const std::string& version = "") {
    v1::RollBackPackResponse response;
    return RollBack(version, response);
  }
  grpc::Status SetPaused(const std::string& offer, const std::string& placement,
                         bool paused, v1::SetPausedResponse& response) {
    v1::SetPausedRequest request;
    request.set_pack_name("shop");
    if (placement.empty()) {
      request.set_offer_id(offer);
    } else {
      request.set_placement(placement);
    }
    request.set_paused(paused);
    return Call(&Stub::SetPaused, request, response);
  }
  grpc::Status SetPaused(const std::string& offer, const std::string& placement,
                         bool paused) {
    v1::SetPausedResponse response;
    return SetPaused(offer, placement, paused, response);
  }

  // "shop@1:live" a version, "*" after the one that decides.
  std::vector<std::string> Versions(const std::string& pack = "") {
    v1::ListVersionsRequest request;
    request.set_pack_name(pack);
    v1::ListVersionsResponse response;
    EXPECT_TRUE(Call(&Stub::ListVersions, request, response).ok());
    std::vector<std::string> versions;
    for (const v1::ServedVersion& version : response.versions()) {
      versions.push_back(
          absl::StrCat(version.ref().name(), "@", version.ref().version(), ":",
                       v1::Serving_Name(version.serving()).substr(8),
                       version.decides() ? "*" : ""));
    }
    return versions;
  }

  std::string DecidedBy() { return DecideOf().pack().version(); }
  std::vector<std::string> Shown() {
    std::vector<std::string> shown;
    const v1::Decision decision = DecideOf();
    for (const auto& placement : decision.placements()) {
      for (const auto& slot : placement.slots()) {
        shown.push_back(slot.offer_id());
      }
    }
    return shown;
  }
};

TEST_F(PackServiceTest, WhatIsPublishedServesOnlyWhenItIsActivated) {
  EXPECT_THAT(Versions(), ElementsAre("shop@1:LIVE*"));
  v1::PublishPackResponse published;
  ASSERT_TRUE(
      Publish(ShopWire({.version = "2", .discount = 2}), published).ok());
  EXPECT_EQ(published.ref().name(), "shop");
  EXPECT_EQ(published.ref().version(), "2");
  EXPECT_EQ(published.ref().digest().size(), 64u);
  EXPECT_FALSE(published.known());
  EXPECT_THAT(Versions(), ElementsAre("shop@1:LIVE*", "shop@2:PUBLISHED"));
  EXPECT_EQ(DecidedBy(), "1");

  v1::ActivatePackResponse activated;
  ASSERT_TRUE(Activate("2", false, activated).ok());
  EXPECT_EQ(activated.version().ref().digest(), published.ref().digest());
  EXPECT_EQ(activated.version().serving(), v1::SERVING_LIVE);
  EXPECT_TRUE(activated.version().decides());
  EXPECT_EQ(DecidedBy(), "2");
  EXPECT_THAT(Versions(), ElementsAre("shop@1:LIVE", "shop@2:LIVE*"));
}

TEST_F(PackServiceTest, TheSameContentAgainChangesNothing) {
  const uint64_t before = running_.store().stats().records;
  v1::PublishPackResponse published;
  ASSERT_TRUE(Publish(ShopWire(), published).ok());
  EXPECT_TRUE(published.known());
  v1::ActivatePackResponse activated;
  ASSERT_TRUE(Activate("1", false, activated).ok());
  EXPECT_FALSE(activated.has_tests());
  EXPECT_EQ(running_.store().stats().records, before);
}

TEST_F(PackServiceTest, AVersionNeverChanges) {
  v1::PublishPackResponse published;
  const grpc::Status status = Publish(ShopWire({.discount = 9}), published);
  EXPECT_THAT(status,
              IsError(StatusCode::ALREADY_EXISTS, "PACK_VERSION_TAKEN", ""));
  EXPECT_THAT(status.error_message(), HasSubstr("another `version`"));
  EXPECT_EQ(DecidedBy(), "1");
}

TEST_F(PackServiceTest, APackWithErrorsIsRefusedWithItsDiagnostics) {
  PackFiles files = ShopFiles({.version = "2"});
  files["pack.yaml"] += "nonsense: 1\n";
  v1::PublishPackResponse published;
  const grpc::Status status = Publish(ToWireFiles(files), published);
  EXPECT_THAT(status,
              IsError(StatusCode::FAILED_PRECONDITION, "PACK_INVALID", ""));
  const auto diagnostic = FindDetail<v1::Diagnostic>(ToRpcStatus(status));
  ASSERT_TRUE(diagnostic.has_value());
  EXPECT_EQ(diagnostic->severity(), v1::DIAGNOSTIC_SEVERITY_ERROR);
  EXPECT_EQ(diagnostic->file(), "pack.yaml");
  EXPECT_GT(diagnostic->line(), 0);
  EXPECT_THAT(diagnostic->message(), HasSubstr("nonsense"));
  EXPECT_THAT(Versions(), ElementsAre("shop@1:LIVE*"));

  // To validate it is no error of the call.
  v1::ValidatePackRequest request;
  *request.mutable_files() = ToWireFiles(files);
  v1::ValidatePackResponse response;
  ASSERT_TRUE(Call(&Stub::ValidatePack, request, response).ok());
  EXPECT_FALSE(response.has_pack());
  ASSERT_EQ(response.diagnostics_size(), 1);
  EXPECT_EQ(response.diagnostics(0).ShortDebugString(),
            diagnostic->ShortDebugString());
}

TEST_F(PackServiceTest, MistakesInTestsAreMistakesOfThePack) {
  PackFiles files = ShopFiles({.version = "2", .expected_discount = "1"});
  files["shop_test.yaml"] += "surprise: 1\n";
  v1::PublishPackResponse published;
  EXPECT_THAT(Publish(ToWireFiles(files), published),
              IsError(StatusCode::FAILED_PRECONDITION, "PACK_INVALID", ""));
}

TEST_F(PackServiceTest, AThousandErrorsFitIntoTheAnswer) {
  PackFiles files = ShopFiles({.version = "2"});
  for (int i = 0; i < 1'000; ++i) {
    absl::StrAppend(&files["pack.yaml"], "nonsense_", i, ": 1\n");
  }
  v1::PublishPackResponse published;
  const grpc::Status status = Publish(ToWireFiles(files), published);
  EXPECT_THAT(status,
              IsError(StatusCode::FAILED_PRECONDITION, "PACK_INVALID", ""));
  EXPECT_THAT(status.error_message(), HasSubstr("more)"));
}

TEST_F(PackServiceTest, ValidatingAGoodPackDescribesItAndKeepsNothing) {
  v1::ValidatePackRequest request;
  *request.mutable_files() = ShopWire({.version = "7"});
  v1::ValidatePackResponse response;
  ASSERT_TRUE(Call(&Stub::ValidatePack, request, response).ok());
  EXPECT_EQ(response.pack().ref().version(), "7");
  EXPECT_THAT(response.pack().offers(), ElementsAre("coupon", "gift"));
  EXPECT_THAT(Versions(), ElementsAre("shop@1:LIVE*"));
  EXPECT_THAT(Activate("7"),
              IsError(StatusCode::NOT_FOUND, "PACK_NOT_FOUND", ""));
}

TEST_F(PackServiceTest, APackWhoseTestsFailIsActivatedOnlyByForce) {
  ASSERT_TRUE(
      Publish({.version = "2", .discount = 2, .expected_discount = "3"}).ok());
  const grpc::Status refused = Activate("2");
  EXPECT_THAT(refused, IsError(StatusCode::FAILED_PRECONDITION,
                               "PACK_TESTS_FAILED", ""));
  EXPECT_THAT(refused.error_message(), HasSubstr("pricing/list"));
  EXPECT_THAT(refused.error_message(), HasSubstr("is 2, not 3"));
  EXPECT_EQ(DecidedBy(), "1");
  v1::ActivatePackResponse forced;
  ASSERT_TRUE(Activate("2", true, forced).ok());
  EXPECT_EQ(forced.tests().failed(), 1u);
  ASSERT_EQ(forced.tests().failures_size(), 1);
  EXPECT_EQ(forced.tests().failures(0).file(), "shop_test.yaml");
  EXPECT_EQ(forced.tests().failures(0).name(), "pricing/list");
  EXPECT_EQ(DecidedBy(), "2");
}

// Of a call nothing stands: its caller knows. A folder has no caller.
TEST_F(PackServiceTest, HealthTellsOfARefusedFolderAndOfNothingElse) {
  ASSERT_TRUE(Publish({.version = "2", .expected_discount = "3"}).ok());
  EXPECT_FALSE(Activate("2").ok());
  EXPECT_EQ(running_.Health("packs"), 1);
  running_.packs().refused().Refuse("shop", "it has errors");
  EXPECT_EQ(running_.Health("packs"), 2);
  EXPECT_EQ(running_.Health(""), 1);
  EXPECT_EQ(running_.Health("stratagem.v1.DecisionService"), 1);
  EXPECT_EQ(running_.Health("stratagem.v1.PackService"), 1);
  EXPECT_EQ(DecidedBy(), "1");
  running_.packs().refused().Forgive("shop");
  EXPECT_EQ(running_.Health("packs"), 1);
}

TEST_F(PackServiceTest, TestsAreNotPartOfAVersionAndCanBeMended) {
  ASSERT_TRUE(
      Publish({.version = "2", .discount = 2, .expected_discount = "3"}).ok());
  EXPECT_FALSE(Activate("2").ok());
  v1::PublishPackResponse published;
  ASSERT_TRUE(
      Publish(
          ShopWire({.version = "2", .discount = 2, .expected_discount = "2"}),
          published)
          .ok());
  EXPECT_TRUE(published.known());
  v1::ActivatePackResponse activated;
  ASSERT_TRUE(Activate("2", false, activated).ok());
  EXPECT_EQ(activated.tests().passed(), 1u);
  EXPECT_EQ(activated.tests().failed(), 0u);
}

TEST_F(PackServiceTest, RunTestsTellsWhatFailsOfADraftAndOfAVersion) {
  v1::RunTestsRequest request;
  *request.mutable_pack()->mutable_files() =
      ShopWire({.version = "2", .discount = 2, .expected_discount = "3"});
  v1::RunTestsResponse response;
  ASSERT_TRUE(Call(&Stub::RunTests, request, response).ok());
  EXPECT_EQ(response.tests().failed(), 1u);
  EXPECT_THAT(response.tests().failures(0).differences(),
              ElementsAre("`treatments.pricing.discount` is 2, not 3"));

  // Without a version: the one that decides. It has no tests.
  request.Clear();
  request.mutable_pack()->mutable_published()->set_name("shop");
  ASSERT_TRUE(Call(&Stub::RunTests, request, response).ok());
  EXPECT_EQ(response.tests().passed(), 0u);
  EXPECT_EQ(response.tests().failed(), 0u);

  request.Clear();
  PackFiles files = ShopFiles({.expected_discount = "1"});
  files["shop_test.yaml"] += "surprise: 1\n";
  *request.mutable_pack()->mutable_files() = ToWireFiles(files);
  ASSERT_TRUE(Call(&Stub::RunTests, request, response).ok());
  EXPECT_FALSE(response.has_tests());
  ASSERT_EQ(response.diagnostics_size(), 1);
  EXPECT_EQ(response.diagnostics(0).file(), "shop_test.yaml");
}

TEST_F(PackServiceTest, RollingBackLetsTheVersionBeforeDecide) {
  ASSERT_TRUE(Publish({.version = "2", .discount = 2}).ok());
  ASSERT_TRUE(Activate("2").ok());
  v1::RollBackPackResponse rolled;
  ASSERT_TRUE(RollBack("", rolled).ok());
  EXPECT_EQ(rolled.withdrawn().ref().version(), "2");
  EXPECT_EQ(rolled.withdrawn().serving(), v1::SERVING_WITHDRAWN);
  EXPECT_EQ(rolled.version().ref().version(), "1");
  EXPECT_TRUE(rolled.version().decides());
  EXPECT_EQ(DecidedBy(), "1");
  EXPECT_THAT(Versions(), ElementsAre("shop@1:LIVE*", "shop@2:WITHDRAWN"));
  // There is none before it.
  EXPECT_THAT(RollBack(), IsError(StatusCode::FAILED_PRECONDITION,
                                  "PACK_NOT_IN_EFFECT", ""));
  EXPECT_EQ(DecidedBy(), "1");
  // What was withdrawn can come back.
  ASSERT_TRUE(Activate("2").ok());
  EXPECT_EQ(DecidedBy(), "2");
}

TEST_F(PackServiceTest, RollingBackByVersionTwiceFailsTheSecondTime) {
  ASSERT_TRUE(Publish({.version = "2", .discount = 2}).ok());
  ASSERT_TRUE(Activate("2").ok());
  ASSERT_TRUE(RollBack("2").ok());
  EXPECT_THAT(RollBack("2"), IsError(StatusCode::FAILED_PRECONDITION,
                                     "PACK_NOT_IN_EFFECT", ""));
  EXPECT_EQ(DecidedBy(), "1");
}

TEST_F(PackServiceTest, AVersionThatAnotherTookOverFromNeverComesBack) {
  for (const char* version : {"2", "3"}) {
    ASSERT_TRUE(Publish({.version = version}).ok());
    ASSERT_TRUE(Activate(version).ok());
  }
  v1::RollBackPackResponse rolled;
  ASSERT_TRUE(RollBack("2", rolled).ok());
  EXPECT_EQ(rolled.withdrawn().ref().version(), "2");
  EXPECT_EQ(rolled.version().ref().version(), "3");
  EXPECT_EQ(DecidedBy(), "3");
  ASSERT_TRUE(RollBack().ok());
  EXPECT_EQ(DecidedBy(), "1");
  EXPECT_THAT(RollBack("1"), IsError(StatusCode::FAILED_PRECONDITION,
                                     "PACK_NOT_IN_EFFECT", ""));
}

TEST_F(PackServiceTest, AVersionThatIsToTakeOverCanBeTakenBack) {
  ASSERT_TRUE(
      Publish({.version = "2", .discount = 2, .effective = "from: 2999-01-01"})
          .ok());
  ASSERT_TRUE(Activate("2").ok());
  EXPECT_EQ(DecidedBy(), "1");
  EXPECT_THAT(Versions(), ElementsAre("shop@1:LIVE*", "shop@2:LIVE"));
  ASSERT_TRUE(RollBack("2").ok());
  EXPECT_THAT(Versions(), ElementsAre("shop@1:LIVE*", "shop@2:WITHDRAWN"));
}

TEST_F(PackServiceTest, AVersionCanBeReadBackWithItsTests) {
  const PackFiles files =
      ShopFiles({.version = "2", .discount = 2, .expected_discount = "2"});
  v1::PublishPackResponse published;
  ASSERT_TRUE(Publish(ToWireFiles(files), published).ok());
  v1::GetPackRequest request;
  request.mutable_pack()->set_name("shop");
  request.mutable_pack()->set_version("2");
  v1::GetPackResponse response;
  ASSERT_TRUE(Call(&Stub::GetPack, request, response).ok());
  EXPECT_EQ(response.pack().ref().digest(), published.ref().digest());
  PackFiles read;
  for (const v1::PackFile& file : response.files()) {
    read[file.path()] = file.content();
  }
  EXPECT_EQ(read, files);
  // Without a version the one that decides, without a pack the default one.
  ASSERT_TRUE(Call(&Stub::GetPack, {}, response).ok());
  EXPECT_EQ(response.pack().ref().version(), "1");
  request.mutable_pack()->set_version("3");
  EXPECT_THAT(Call(&Stub::GetPack, request, response),
              IsError(StatusCode::NOT_FOUND, "PACK_NOT_FOUND", ""));
}

TEST_F(PackServiceTest, WhatIsPausedIsNotShownAndComesBack) {
  EXPECT_THAT(Shown(), ElementsAre("coupon", "gift"));
  v1::SetPausedResponse response;
  ASSERT_TRUE(SetPaused("coupon", "", true, response).ok());
  ASSERT_EQ(response.paused_size(), 1);
  EXPECT_EQ(response.paused(0).pack_name(), "shop");
  EXPECT_EQ(response.paused(0).offer_id(), "coupon");
  EXPECT_THAT(Shown(), ElementsAre("gift"));
  // A new version is paused as well.
  ASSERT_TRUE(Publish({.version = "2", .discount = 2}).ok());
  ASSERT_TRUE(Activate("2").ok());
  EXPECT_THAT(Shown(), ElementsAre("gift"));
  ASSERT_TRUE(SetPaused("", "home", true).ok());
  EXPECT_THAT(Shown(), ElementsAre());
  v1::ListVersionsResponse listed;
  ASSERT_TRUE(Call(&Stub::ListVersions, {}, listed).ok());
  ASSERT_EQ(listed.paused_size(), 2);
  EXPECT_EQ(listed.paused(1).placement(), "home");
  ASSERT_TRUE(SetPaused("", "home", false).ok());
  ASSERT_TRUE(SetPaused("coupon", "", false, response).ok());
  EXPECT_EQ(response.paused_size(), 0);
  EXPECT_THAT(Shown(), ElementsAre("coupon", "gift"));
}

TEST_F(PackServiceTest, PausingWhatIsPausedIsNotLoggedAgain) {
  ASSERT_TRUE(SetPaused("coupon", "", true).ok());
  const uint64_t records = running_.store().stats().records;
  ASSERT_TRUE(SetPaused("coupon", "", true).ok());
  ASSERT_TRUE(SetPaused("gift", "", false).ok());
  EXPECT_EQ(running_.store().stats().records, records);
}

TEST_F(PackServiceTest, WhatNoVersionHasCannotBePaused) {
  const grpc::Status status = SetPaused("cupon", "", true);
  EXPECT_THAT(status, IsError(StatusCode::INVALID_ARGUMENT, "UNKNOWN_NAME",
                              "offer_id"));
  EXPECT_THAT(status.error_message(), HasSubstr("did you mean `coupon`?"));
  EXPECT_THAT(
      SetPaused("", "coupon", true),
      IsError(StatusCode::INVALID_ARGUMENT, "UNKNOWN_NAME", "placement"));
  EXPECT_THAT(SetPaused("", "", true), IsError(StatusCode::INVALID_ARGUMENT,
                                               "MISSING_FIELD", "offer_id"));
  v1::SetPausedRequest request;
  request.set_pack_name("market");
  request.set_offer_id("coupon");
  v1::SetPausedResponse response;
  EXPECT_THAT(Call(&Stub::SetPaused, request, response),
              IsError(StatusCode::NOT_FOUND, "PACK_NOT_FOUND", ""));
}

struct BadFiles {
  std::string name;
  std::vector<std::string> paths;
  std::string reason;
  std::string field;
};

class BadFilesTest : public PackServiceTest,
                     public testing::WithParamInterface<BadFiles> {};

TEST_P(BadFilesTest, AreRefusedAndNothingIsWrittenOutsideThePack) {
  v1::PackFiles files;
  for (const std::string& path : GetParam().paths) {
    v1::PackFile& file = *files.add_files();
    file.set_path(path);
    file.set_content("x");
  }
  v1::PublishPackResponse published;
  EXPECT_THAT(Publish(files, published),
              IsError(StatusCode::INVALID_ARGUMENT, GetParam().reason,
                      GetParam().field));
  v1::ValidatePackRequest request;
  *request.mutable_files() = files;
  v1::ValidatePackResponse response;
  EXPECT_THAT(Call(&Stub::ValidatePack, request, response),
              IsError(StatusCode::INVALID_ARGUMENT, GetParam().reason,
                      GetParam().field));
}

INSTANTIATE_TEST_SUITE_P(
    Paths, BadFilesTest,
    testing::ValuesIn(std::vector<BadFiles>{
        {"None", {}, "MISSING_FIELD", "files.files"},
        {"Up", {"../pack.yaml"}, "MALFORMED_ID", "files.files[0].path"},
        {"UpWithin",
         {"pack.yaml", "a/../../b.yaml"},
         "MALFORMED_ID",
         "files.files[1].path"},
        {"Absolute", {"/etc/passwd"}, "MALFORMED_ID", "files.files[0].path"},
        {"Empty", {""}, "MALFORMED_ID", "files.files[0].path"},
        {"Here", {"./pack.yaml"}, "MALFORMED_ID", "files.files[0].path"},
        {"FolderOnly", {"offers/"}, "MALFORMED_ID", "files.files[0].path"},
        {"Backslash", {"a\\b.yaml"}, "MALFORMED_ID", "files.files[0].path"},
        {"Zero",
         {std::string("a\0b", 3)},
         "MALFORMED_ID",
         "files.files[0].path"},
        {"Long",
         {std::string(256, 'a')},
         "MALFORMED_ID",
         "files.files[0].path"},
        {"Twice",
         {"pack.yaml", "pack.yaml"},
         "DUPLICATE_NAME",
         "files.files[1].path"},
        {"FileAndFolder", {"a", "a-b", "a/b"}, "MALFORMED_ID", "files.files"},
    }),
    [](const auto& param_info) { return param_info.param.name; });

TEST_F(PackServiceTest, AThousandFilesAreTakenAndNotOneMore) {
  PackFiles files = ShopFiles({.version = "2"});
  std::string include = "include: [";
  for (int i = 0; files.size() < 1'000; ++i) {
    const std::string path = absl::StrCat("more/", i, ".yaml");
    absl::StrAppend(&include, i == 0 ? "" : ", ", path);
    files[path] =
        absl::StrCat("parameters: {p", i, ": {type: int, value: 1}}\n");
  }
  files["pack.yaml"] += include + "]\n";
  v1::PublishPackResponse published;
  const grpc::Status status = Publish(ToWireFiles(files), published);
  EXPECT_TRUE(status.ok()) << status.error_message();
  files["one_more.yaml"] = "";
  EXPECT_THAT(
      Publish(ToWireFiles(files), published),
      IsError(StatusCode::INVALID_ARGUMENT, "TOO_LARGE", "files.files"));
}

TEST_F(PackServiceTest, NamesThatAreMissingOrTooLongAreTold) {
  v1::ActivatePackRequest activate;
  activate.mutable_pack()->set_name("shop");
  v1::ActivatePackResponse activated;
  EXPECT_THAT(
      Call(&Stub::ActivatePack, activate, activated),
      IsError(StatusCode::INVALID_ARGUMENT, "MISSING_FIELD", "pack.version"));
  activate.mutable_pack()->set_version("2");
  activate.mutable_change()->set_actor(std::string(257, 'a'));
  EXPECT_THAT(
      Call(&Stub::ActivatePack, activate, activated),
      IsError(StatusCode::INVALID_ARGUMENT, "TOO_LARGE", "change.actor"));
  v1::RollBackPackRequest roll_back;
  v1::RollBackPackResponse rolled;
  EXPECT_THAT(
      Call(&Stub::RollBackPack, roll_back, rolled),
      IsError(StatusCode::INVALID_ARGUMENT, "MISSING_FIELD", "pack.name"));
  v1::GetPackRequest get;
  get.mutable_pack()->set_version("1");
  v1::GetPackResponse got;
  EXPECT_THAT(
      Call(&Stub::GetPack, get, got),
      IsError(StatusCode::INVALID_ARGUMENT, "MISSING_FIELD", "pack.name"));
}

TEST_F(PackServiceTest, ASwapUnderLoadLosesNoCall) {
  ASSERT_TRUE(Publish({.version = "2", .discount = 2}).ok());
  std::atomic<bool> stop = false;
  std::atomic<uint64_t> answered = 0;
  std::vector<std::string> failures;
  std::mutex failures_mutex;
  std::map<std::string, std::string> versions;  // By decision id.
  const auto call = [&](int thread) {
    for (int i = 0; !stop; ++i) {
      v1::DecideRequest request;
      request.set_customer_id(absl::StrCat("c-", thread, "-", i));
      v1::DecideResponse response;
      const grpc::Status status = running_.Decide(request, response);
      const std::lock_guard<std::mutex> lock(failures_mutex);
      if (!status.ok()) failures.push_back(status.error_message());
      versions[response.decision().decision_id()] =
          response.decision().pack().version();
      ++answered;
    }
  };
  std::vector<std::thread> callers;
  for (int thread = 0; thread < 3; ++thread) callers.emplace_back(call, thread);
  for (int swap = 0; swap < 50; ++swap) {
    EXPECT_TRUE(Activate("2").ok());
    EXPECT_TRUE(RollBack("2").ok());
    // Each version has its turn.
    const uint64_t seen = answered;
    while (answered < seen + 3) std::this_thread::yield();
  }
  stop = true;
  for (std::thread& caller : callers) caller.join();
  EXPECT_THAT(failures, ElementsAre());
  // What was answered is what the log says.
  std::map<std::string, std::string> logged;
  const store::Store& log = running_.store();
  for (uint64_t after = 0; after < log.stats().last_sequence;) {
    const auto entries = log.Read(after, 1'000);
    ASSERT_TRUE(entries.ok() && !entries->empty());
    for (const store::LogEntry& entry : *entries) {
      after = entry.position.sequence;
      const auto record = store::Decode(entry.record);
      if (absl::IsUnimplemented(record.status())) continue;
      ASSERT_TRUE(record.ok());
      logged[DecisionId(running_.host().node_id(), entry.position)] =
          std::string((*record)->decision().pack_version);
    }
  }
  EXPECT_EQ(logged, versions);
}

TEST_F(PackServiceTest, OfTwoThatPublishOneVersionAtOnceOneIsTaken) {
  std::atomic<int> taken = 0;
  std::atomic<int> refused = 0;
  std::vector<std::thread> publishers;
  for (int i = 0; i < 6; ++i) {
    publishers.emplace_back([&, i] {
      v1::PublishPackResponse published;
      const grpc::Status status =
          Publish(ShopWire({.version = "2", .discount = i}), published);
      if (status.ok()) ++taken;
      if (status.error_code() == StatusCode::ALREADY_EXISTS) ++refused;
    });
  }
  for (std::thread& publisher : publishers) publisher.join();
  EXPECT_EQ(taken, 1);
  EXPECT_EQ(refused, 5);
  EXPECT_THAT(Versions(), ElementsAre("shop@1:LIVE*", "shop@2:PUBLISHED"));
}

}  // namespace
}  // namespace stratagem::server
