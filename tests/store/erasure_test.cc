// What must hold when a person is erased: no byte of theirs is left in any
// file, everybody else's records and all counts stay, a rebuild remembers what
// the living ledger does, and a call that was cut short can be made again.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/store/clear_record.h"
#include "engine/store/memory_store.h"
#include "engine/store/record_codec.h"
#include "engine/store/sequencer.h"
#include "engine/store/sqlite_profile_store.h"
#include "engine/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/awaited_append.h"
#include "tests/store/witness_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace stratagem::store {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAreArray;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

// A decision with everything that can tell of a person in it.
struct Told {
  std::string customer = "Unmistakable-Customer";
  std::string email = "unmistakable@example.org";
  std::string request_id = "";
  std::string greeting = "";
  absl::Time at = kNow;
};

trace::DecisionRecord RecordOf(const Told& told, std::string& request_id) {
  trace::DecisionRecord record;
  request_id = told.request_id.empty() ? absl::StrCat("call-of-", told.customer)
                                       : told.request_id;
  record.request_id = request_id;
  record.request_id_given = true;
  record.role = trace::Role::kLive;
  record.pack_name = "retail";
  record.pack_version = "1";
  record.decided_at = told.at;
  record.customer_id = told.customer;
  record.unit = told.customer;
  record.tier = "gold";
  record.scored = true;
  record.hold_written = state::TierHold{"gold", std::nullopt};
  record.attributes.push_back({.name = "email",
                               .value = Value::String(told.email),
                               .source = FactSource::kProfile,
                               .pii = true});
  const absl::string_view greeting =
      told.greeting.empty() ? absl::string_view("hello") : told.greeting;
  record.treatment_fields.push_back({"greeting", Value::String(greeting)});
  record.treatments.push_back({"screen", "", trace::Reason::kNone, 0, 1});
  record.slots.push_back({"coupon", trace::Reason::kNone, 1, 1});
  trace::PlacementResult placement;
  placement.name = "home";
  placement.channel = "app";
  placement.slots_end = 1;
  record.placements.push_back(placement);
  record.events_keep_until = told.at + absl::Hours(24 * 90);
  return record;
}

absl::StatusOr<Position> Decide(Store& store, Sequencer& sequencer,
                                const Told& told) {
  std::string request_id;
  const trace::DecisionRecord record = RecordOf(told, request_id);
  const std::string subject =
      SubjectOf(store.identity().subject_key, told.customer);
  const StateQuery query = {.customer = {subject, "retail"}, .counters = {}};
  state::StateCopy copy;
  sequencer.Read(query, copy);
  const auto ready = [&] {
    return ReadyRecord{&record, Encode(record, store.identity())};
  };
  std::promise<absl::StatusOr<Position>> done;
  const absl::Status committed = sequencer.Commit(
      query, copy, ready(), ready, [&done](absl::StatusOr<Position> position) {
        done.set_value(std::move(position));
      });
  if (!committed.ok()) return committed;
  return done.get_future().get();
}

// Tells of a click on the decision at `decision`, read when erasures() were
// `erasures`. Does not wait.
absl::Status Click(const Store& store, Sequencer& sequencer,
                   const std::string& customer, uint64_t decision,
                   uint64_t erasures) {
  trace::OutcomeRecord outcome;
  outcome.customer_id = customer;
  outcome.pack_name = "retail";
  outcome.decision_sequence = decision;
  outcome.offer = "coupon";
  outcome.outcome = state::Outcome::kClicked;
  outcome.recorded_at = kNow;
  const std::string subject = SubjectOf(store.identity().subject_key, customer);
  return sequencer.CommitOutcome(
      {subject, "retail"},
      [&](const state::StateCopy&, const Sequencer::ReadCounter&)
          -> std::optional<Sequencer::ReadyOutcome> {
        return Sequencer::ReadyOutcome{
            &outcome, EncodeOutcome(outcome, store.identity()), erasures};
      },
      [](const absl::StatusOr<Position>&) {});
}

size_t EventsOf(const Store& store, const Sequencer& sequencer,
                const std::string& customer) {
  const std::string subject = SubjectOf(store.identity().subject_key, customer);
  state::StateCopy copy;
  sequencer.Read({.customer = {subject, "retail"}, .counters = {}}, copy);
  return copy.events.size();
}

std::string FilesOf(const std::string& directory) {
  std::string bytes;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(directory)) {
    if (!file.is_regular_file()) continue;
    std::ifstream in(file.path(), std::ios::binary);
    bytes.append(std::istreambuf_iterator<char>(in), {});
  }
  return bytes;
}

// All parts of one store in a folder, as a server opens them.
struct Opened {
  explicit Opened(const std::string& directory) {
    auto opened = OpenSqliteStore({.directory = directory});
    EXPECT_THAT(opened, IsOk());
    store = *std::move(opened);
    auto ordered = Sequencer::Open(
        *store, {.snapshot_directory = directory, .snapshot_records = 10});
    EXPECT_THAT(ordered, IsOk());
    sequencer = *std::move(ordered);
    auto kept = OpenSqliteProfileStore({.directory = directory});
    EXPECT_THAT(kept, IsOk());
    profiles = *std::move(kept);
  }
  ~Opened() {
    sequencer->Close();
    store->Close();
  }

  std::unique_ptr<Store> store;
  std::unique_ptr<Sequencer> sequencer;
  std::unique_ptr<ProfileStore> profiles;
};

TEST(ClearRecordTest, WhatWasDecidedStaysAndThePersonGoes) {
  Identity identity = NewIdentity();
  std::string request_id;
  const Told told = {.greeting = "unmistakable@example.org"};
  const RecordBytes before = Encode(RecordOf(told, request_id), identity);
  const std::string subject = SubjectOf(identity.subject_key, told.customer);
  const auto after = ClearRecord(before, subject, told.customer);
  ASSERT_TRUE(after.has_value());
  EXPECT_EQ(after->personal, "");
  for (const std::string& text : {subject, told.customer, told.email}) {
    EXPECT_THAT(after->envelope, Not(HasSubstr(text)));
  }
  const auto decoded = Decode(*after);
  ASSERT_THAT(decoded, IsOk());
  EXPECT_TRUE((*decoded)->erased());
  EXPECT_EQ((*decoded)->header().subject, "");
  EXPECT_EQ((*decoded)->decision().tier, "gold");
  EXPECT_EQ((*decoded)->decision().slots.size(), 1u);
  EXPECT_EQ((*decoded)->decision().request_id, "");
  EXPECT_EQ((*decoded)->decision().treatment_fields[0].value.text(), "");
}

TEST(ClearRecordTest, LeavesWhatIsOfOthersAndWhatNamesNobody) {
  const Identity identity = NewIdentity();
  std::string request_id;
  const Told told = {.request_id = "r-1"};
  const RecordBytes before = Encode(RecordOf(told, request_id), identity);
  const std::string other = SubjectOf(identity.subject_key, "somebody-else");
  EXPECT_EQ(ClearRecord(before, other, "somebody-else"), std::nullopt);
  EXPECT_EQ(ClearRecord({"\xff\xff", ""}, other, "x"), std::nullopt);
  const auto after = ClearRecord(
      before, SubjectOf(identity.subject_key, told.customer), told.customer);
  ASSERT_TRUE(after.has_value());
  const auto decoded = Decode(*after);
  ASSERT_THAT(decoded, IsOk());
  // The ledger forgets it, so the log does.
  EXPECT_EQ((*decoded)->decision().request_id, "");
  EXPECT_EQ((*decoded)->decision().treatment_fields[0].value.text(), "hello");
}

TEST(ClearRecordTest, AnOutcomeLosesItsCustomerAndAnIdThatNamesThem) {
  const Identity identity = NewIdentity();
  trace::OutcomeRecord outcome;
  outcome.outcome_id = "sale-of-Unmistakable-Customer";
  outcome.customer_id = "Unmistakable-Customer";
  outcome.pack_name = "retail";
  outcome.offer = "coupon";
  outcome.outcome = state::Outcome::kAccepted;
  const auto after =
      ClearRecord(EncodeOutcome(outcome, identity),
                  SubjectOf(identity.subject_key, "Unmistakable-Customer"),
                  "Unmistakable-Customer");
  ASSERT_TRUE(after.has_value());
  EXPECT_THAT(after->envelope, Not(HasSubstr("Unmistakable")));
  const auto decoded = DecodeOutcome(*after);
  ASSERT_THAT(decoded, IsOk());
  EXPECT_TRUE((*decoded)->erased());
  EXPECT_EQ((*decoded)->outcome().offer, "coupon");
}

TEST(ClearRecordTest, AnOutcomesIdBecomesAPseudonymThatTellsReportsApart) {
  const std::string one = OutcomePseudonym("subject", "sale-1");
  EXPECT_EQ(one.size(), 39u);
  EXPECT_THAT(one, HasSubstr("erased-"));
  EXPECT_EQ(one, OutcomePseudonym("subject", "sale-1"));
  EXPECT_NE(one, OutcomePseudonym("subject", "sale-2"));
  EXPECT_NE(one, OutcomePseudonym("other", "sale-1"));
  EXPECT_EQ(OutcomePseudonym("subject", ""), "");
  // Whoever calls again finishes what is left.
  EXPECT_EQ(OutcomePseudonym("subject", one), one);
}

struct TreatmentCase {
  std::string name;
  std::string text;
  std::string want;
};

class ClearedTreatmentTest : public testing::TestWithParam<TreatmentCase> {};

// Of a customer `c7` with the personal data "Zorblax", "ab" and 4711.
TEST_P(ClearedTreatmentTest, TellsNothingOfThePersonHoweverDeep) {
  const Identity identity = NewIdentity();
  std::string request_id;
  const Told told = {.customer = "c7"};
  trace::DecisionRecord record = RecordOf(told, request_id);
  const auto add = [&record](absl::string_view name, Value value, bool pii) {
    record.attributes.push_back({.name = name, .value = value, .pii = pii});
  };
  const Value names[] = {Value::String("Zorblax")};
  add("names", Value::List(names), true);
  add("initials", Value::String("ab"), true);
  add("number", Value::Int(4711), true);
  add("city", Value::String("Ulm"), false);
  const Value text = Value::String(GetParam().text);
  const Value list[] = {Value::Int(4711), text};
  const MapEntry entries[] = {{Value::String("key"), Value::List(list)}};
  record.treatment_fields = {{"plain", text}, {"deep", Value::Map(entries)}};
  record.treatments = {{"screen", "", trace::Reason::kNone, 0, 2}};
  const auto cleared = ClearRecord(Encode(record, identity),
                                   SubjectOf(identity.subject_key, "c7"), "c7");
  ASSERT_TRUE(cleared.has_value());
  const auto decoded = Decode(*cleared);
  ASSERT_THAT(decoded, IsOk());
  const auto& fields = (*decoded)->decision().treatment_fields;
  ASSERT_EQ(fields.size(), 2u);
  EXPECT_EQ(fields[0].value.text(), GetParam().want);
  const Value& deep = fields[1].value.map()[0].value;
  EXPECT_EQ(deep.list()[1].text(), GetParam().want);
  // A number may be of anything.
  EXPECT_EQ(deep.list()[0].int_value(), 4711);
}

INSTANTIATE_TEST_SUITE_P(Rows, ClearedTreatmentTest,
                         testing::ValuesIn(std::vector<TreatmentCase>{
                             {"TheValue", "Zorblax", ""},
                             {"AroundIt", "Dear Zorblax!", ""},
                             {"TheDigitsOfANumber", "ext. 4711", ""},
                             {"TheId", "c7", ""},
                             {"AShortIdInAWord", "abc70", "abc70"},
                             {"AShortValue", "ab", ""},
                             {"AShortValueInAWord", "fabulous", "fabulous"},
                             {"WhatIsNotPersonal", "Ulm", "Ulm"},
                         }),
                         [](const auto& param_info) {
                           return param_info.param.name;
                         });

TEST(MemoryStoreEraseTest, ClearsOnePersonsRecords) {
  const auto store = NewMemoryStore();
  const auto sequencer = Sequencer::Open(*store, {});
  ASSERT_THAT(sequencer, IsOk());
  for (const char* customer : {"one", "two", "one"}) {
    ASSERT_THAT(Decide(*store, **sequencer,
                       {.customer = customer,
                        .request_id =
                            absl::StrCat("r-", store->stats().last_sequence)}),
                IsOk());
  }
  const auto counts = store->Counts();
  EXPECT_THAT((*sequencer)->EraseCustomer("one", kNow), IsOkAndHolds(2u));
  EXPECT_THAT((*sequencer)->EraseCustomer("one", kNow), IsOkAndHolds(0u));
  EXPECT_EQ(*store->Counts(), *counts);
  const auto entries = store->Read(0, 10);
  ASSERT_THAT(entries, IsOk());
  ASSERT_EQ(entries->size(), 5u);
  EXPECT_EQ((*entries)[0].record.personal, "");
  EXPECT_NE((*entries)[1].record.personal, "");
  EXPECT_EQ((*entries)[2].record.personal, "");
  EXPECT_THAT(DecodeErasure((*entries)[3].record),
              IsOkAndHolds(Erasure{kNow, 2}));
  EXPECT_THAT(DecodeErasure((*entries)[4].record),
              IsOkAndHolds(Erasure{kNow, 0}));
  EXPECT_EQ(EventsOf(*store, **sequencer, "one"), 0u);
  EXPECT_EQ(EventsOf(*store, **sequencer, "two"), 1u);
}

// Tells when a customer's records are cleared and the call has not ended yet;
// and has a log that may fail.
class WatchedErasure final : public WitnessStore {
 public:
  using WitnessStore::WitnessStore;
  absl::Status Append(RecordBytes record, Committed done) override {
    if (!fails) return WitnessStore::Append(std::move(record), std::move(done));
    done(absl::UnavailableError("the disk is gone"));
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<uint64_t>> Erase(
      absl::string_view customer_id, const CustomerRecords& found,
      absl::FunctionRef<absl::Status(absl::FunctionRef<absl::Status()>)>
          in_order) override {
    if (before_order != nullptr) before_order();
    auto cleared = WitnessStore::Erase(customer_id, found, in_order);
    before_end();
    return cleared;
  }

  std::function<void()> before_order;
  std::function<void()> before_end;
  bool fails = false;
};

TEST(ErasureUnderWayTest, WhatIsOfThePersonIsRefusedAndAllElseGoesOn) {
  Testimony testimony;
  WatchedErasure store(NewMemoryStore(), testimony);
  const auto opened = Sequencer::Open(store, {});
  ASSERT_THAT(opened, IsOk());
  Sequencer& sequencer = **opened;
  const Told other = {.customer = "other"};
  const Told person = {.customer = "person"};
  ASSERT_THAT(Decide(store, sequencer, other), IsOk());
  ASSERT_THAT(Decide(store, sequencer, person), IsOk());
  const uint64_t before = sequencer.erasures();
  uint64_t during = 0;
  // After their records were looked for.
  store.before_order = [&] {
    const Told late = {.customer = "person", .request_id = "late"};
    EXPECT_THAT(Decide(store, sequencer, late), IsOk());
  };
  store.before_end = [&] {
    during = sequencer.erasures();
    EXPECT_NE(during, before);
    EXPECT_EQ(sequencer.FindRequest("call-of-person", kNow), std::nullopt);
    EXPECT_THAT(Click(store, sequencer, "person", 3, during),
                StatusIs(absl::StatusCode::kNotFound));
    EXPECT_THAT(Click(store, sequencer, "other", 1, before),
                StatusIs(absl::StatusCode::kAborted));
    EXPECT_THAT(Click(store, sequencer, "other", 1, during), IsOk());
    // They come back at once.
    EXPECT_THAT(Decide(store, sequencer, person), IsOk());
    EXPECT_THAT(Click(store, sequencer, "person", 5, during), IsOk());
  };
  EXPECT_THAT(sequencer.EraseCustomer("person", kNow), IsOkAndHolds(2u));
  EXPECT_EQ(sequencer.FindRequest("late", kNow), std::nullopt);
  // A record may have been read before it was cleared.
  EXPECT_THAT(Click(store, sequencer, "other", 1, during),
              StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(EventsOf(store, sequencer, "person"), 1u);
}

// The record of it counts what was cleared; another call makes it good.
TEST(ErasureUnderWayTest, ItFailsWhenItsOwnRecordIsNotDurable) {
  Testimony testimony;
  WatchedErasure store(NewMemoryStore(), testimony);
  const auto sequencer = Sequencer::Open(store, {});
  ASSERT_THAT(sequencer, IsOk());
  ASSERT_THAT(Decide(store, **sequencer, {.customer = "person"}), IsOk());
  store.before_end = [&] { store.fails = true; };
  EXPECT_THAT((*sequencer)->EraseCustomer("person", kNow),
              StatusIs(absl::StatusCode::kUnavailable));
  store.before_end = [&] { store.fails = false; };
  EXPECT_THAT((*sequencer)->EraseCustomer("person", kNow), IsOkAndHolds(0u));
}

class ErasureTest : public testing::Test {
 protected:
  // Decisions and profiles of the person and of others, more than a snapshot.
  void Fill(Opened& opened) {
    for (int i = 0; i < 40; ++i) {
      Told told;
      if (i % 4 != 0) {
        told.customer = absl::StrCat("other-", i % 3);
        told.email = absl::StrCat("other", i % 3, "@example.org");
      }
      told.request_id = absl::StrCat("call-", i, "-of-", told.customer);
      told.greeting = told.email;
      told.at = kNow + absl::Seconds(i);
      ASSERT_THAT(Decide(*opened.store, *opened.sequencer, told), IsOk());
      const NamedValue email[] = {{"email", Value::String(told.email)}};
      const ProfileUpdate update = {.customer_id = told.customer,
                                    .attributes = email};
      ASSERT_THAT(opened.profiles->Upsert({&update, 1}, kNow), IsOk());
    }
  }

  absl::StatusOr<uint64_t> Erase(Opened& opened) {
    const auto deleted = opened.profiles->Delete(told_.customer);
    if (!deleted.ok()) return deleted.status();
    return opened.sequencer->EraseCustomer(told_.customer, kNow);
  }

  void ExpectNoByteOfThePerson(const std::string& subject) {
    const std::string bytes = FilesOf(directory_.path());
    for (const std::string& text : {told_.customer, told_.email, subject,
                                    absl::BytesToHexString(subject)}) {
      EXPECT_EQ(bytes.find(text), std::string::npos) << absl::CHexEscape(text);
    }
    EXPECT_THAT(bytes, HasSubstr("other1@example.org"));
  }

  const Told told_ = {};
  TempDir directory_;
};

TEST_F(ErasureTest, NoByteOfThePersonIsLeftAndAllElseIs) {
  std::string subject;
  {
    Opened opened(directory_.path());
    Fill(opened);
    subject = SubjectOf(opened.store->identity().subject_key, told_.customer);
  }
  EXPECT_THAT(FilesOf(directory_.path()), HasSubstr(subject));
  {
    Opened opened(directory_.path());
    EXPECT_EQ(EventsOf(*opened.store, *opened.sequencer, told_.customer), 10u);
    EXPECT_THAT(Erase(opened), IsOkAndHolds(10u));
    // While the server runs, too.
    ExpectNoByteOfThePerson(subject);
    EXPECT_EQ(EventsOf(*opened.store, *opened.sequencer, told_.customer), 0u);
    EXPECT_EQ(EventsOf(*opened.store, *opened.sequencer, "other-1"), 10u);
    EXPECT_EQ(
        opened.sequencer->FindRequest("call-0-of-Unmistakable-Customer", kNow),
        std::nullopt);
    EXPECT_EQ(opened.sequencer->FindRequest("call-1-of-other-1", kNow), 2u);
  }
  ExpectNoByteOfThePerson(subject);
  Opened opened(directory_.path());
  EXPECT_EQ(EventsOf(*opened.store, *opened.sequencer, told_.customer), 0u);
  EXPECT_EQ(EventsOf(*opened.store, *opened.sequencer, "other-1"), 10u);
  const auto entries = opened.store->Read(0, 100);
  ASSERT_THAT(entries, IsOk());
  ASSERT_EQ(entries->size(), 41u);
  for (size_t i = 0; i < 40; ++i) {
    const auto decoded = Decode((*entries)[i].record);
    ASSERT_THAT(decoded, IsOk());
    EXPECT_EQ((*decoded)->erased(), i % 4 == 0);
    EXPECT_EQ((*decoded)->decision().tier, "gold");
  }
  EXPECT_THAT(DecodeErasure(entries->back().record),
              IsOkAndHolds(Erasure{kNow, 10}));
  EXPECT_THAT(Erase(opened), IsOkAndHolds(0u));
}

TEST_F(ErasureTest, ARebuildFromTheLogAloneRemembersTheSame) {
  {
    Opened opened(directory_.path());
    Fill(opened);
    ASSERT_THAT(Erase(opened), IsOk());
    Told again;
    again.request_id = "new";
    again.at = kNow + absl::Hours(1);
    ASSERT_THAT(Decide(*opened.store, *opened.sequencer, again), IsOk());
    EXPECT_EQ(EventsOf(*opened.store, *opened.sequencer, told_.customer), 1u);
  }
  std::filesystem::remove(directory_.Join("state.snapshot"));
  std::filesystem::remove(directory_.Join("state.snapshot.1"));
  Opened opened(directory_.path());
  EXPECT_EQ(opened.sequencer->stats().folded_at_open, 42u);
  EXPECT_EQ(EventsOf(*opened.store, *opened.sequencer, told_.customer), 1u);
  EXPECT_EQ(EventsOf(*opened.store, *opened.sequencer, "other-2"), 10u);
}

TEST_F(ErasureTest, CountsStayAsTheyWere) {
  std::vector<StoreCount> before;
  {
    Opened opened(directory_.path());
    Fill(opened);
  }
  {
    Opened opened(directory_.path());
    AwaitProjected(*opened.store);
    before = *opened.store->Counts();
    ASSERT_THAT(Erase(opened), IsOk());
    EXPECT_EQ(*opened.store->Counts(), before);
  }
  EXPECT_THAT(before, Contains(StoreCount{"tier", "gold", 40}));
}

TEST_F(ErasureTest, OutcomesStayUnderPseudonyms) {
  const auto outcomes_of = [](const Store& store, uint64_t decision) {
    std::vector<std::string> told;
    const auto rows = store.Outcomes(decision);
    EXPECT_THAT(rows, IsOk());
    if (!rows.ok()) return told;
    for (const OutcomeRow& row : *rows) {
      told.push_back(absl::StrCat(row.outcome, " ", row.outcome_id));
    }
    return told;
  };
  std::vector<std::string> nameless;
  std::vector<StoreCount> before;
  std::string subject;
  {
    Opened opened(directory_.path());
    Fill(opened);
    subject = SubjectOf(opened.store->identity().subject_key, told_.customer);
    const struct {
      state::Outcome outcome;
      std::string id;
    } outcomes[] = {
        {state::Outcome::kRevenue, "sale-1-of-Unmistakable-Customer"},
        {state::Outcome::kRevenue, "sale-2-of-Unmistakable-Customer"},
        {state::Outcome::kRevenue, "order-4711"},
        {state::Outcome::kAccepted, told_.customer}};
    for (const auto& [outcome, id] : outcomes) {
      nameless.push_back(absl::StrCat(state::OutcomeName(outcome), " ",
                                      OutcomePseudonym(subject, id)));
      trace::OutcomeRecord record;
      record.outcome_id = id;
      record.customer_id = told_.customer;
      record.pack_name = "retail";
      record.decision_sequence = 1;
      record.offer = "coupon";
      record.outcome = outcome;
      record.recorded_at = kNow;
      ASSERT_THAT(
          AppendAndWait(*opened.store,
                        EncodeOutcome(record, opened.store->identity())),
          IsOk());
    }
    AwaitProjected(*opened.store);
    EXPECT_THAT(outcomes_of(*opened.store, 1),
                Contains("revenue sale-2-of-Unmistakable-Customer"));
  }
  {
    Opened opened(directory_.path());
    AwaitProjected(*opened.store);
    before = *opened.store->Counts();
    EXPECT_THAT(before, Contains(StoreCount{"outcome", "revenue", 3}));
    EXPECT_THAT(Erase(opened), IsOkAndHolds(14u));
    ExpectNoByteOfThePerson(subject);
    EXPECT_THAT(outcomes_of(*opened.store, 1),
                UnorderedElementsAreArray(nameless));
    EXPECT_EQ(*opened.store->Counts(), before);
  }
  // The log alone says the same.
  std::filesystem::remove(directory_.Join("views.db"));
  const Opened opened(directory_.path());
  AwaitProjected(*opened.store);
  EXPECT_THAT(outcomes_of(*opened.store, 1),
              UnorderedElementsAreArray(nameless));
  EXPECT_EQ(*opened.store->Counts(), before);
}

TEST_F(ErasureTest, TheOnlyRecordOfALogIsCleared) {
  Opened opened(directory_.path());
  ASSERT_THAT(Decide(*opened.store, *opened.sequencer, told_), IsOk());
  EXPECT_THAT(Erase(opened), IsOkAndHolds(1u));
}

// Neither are the ids of others forgotten, however short that of the person
// is, nor is one of theirs left.
TEST_F(ErasureTest, ExactlyThePersonsRequestIdsAreForgotten) {
  const std::string ids[] = {"order-1001", "order-1002", "1"};
  const std::string customers[] = {"9", "1", "9"};
  {
    Opened opened(directory_.path());
    for (int i = 0; i < 3; ++i) {
      ASSERT_THAT(Decide(*opened.store, *opened.sequencer,
                         {.customer = customers[i], .request_id = ids[i]}),
                  IsOk());
    }
  }
  const auto expect = [&ids](const Sequencer& sequencer) {
    EXPECT_EQ(sequencer.FindRequest(ids[0], kNow), 1u);
    EXPECT_EQ(sequencer.FindRequest(ids[1], kNow), std::nullopt);
    EXPECT_EQ(sequencer.FindRequest(ids[2], kNow), 3u);
  };
  {
    Opened opened(directory_.path());
    EXPECT_THAT(opened.sequencer->EraseCustomer("1", kNow), IsOkAndHolds(1u));
    expect(*opened.sequencer);
    const auto rebuilt = Sequencer::Open(*opened.store, {});
    ASSERT_THAT(rebuilt, IsOk());
    expect(**rebuilt);
  }
  const Opened opened(directory_.path());
  expect(*opened.sequencer);
}

// Data of the person that somebody has read before must not come back.
TEST_F(ErasureTest, WhatWasReadBeforeIsNotCommittedAfterwards) {
  Opened opened(directory_.path());
  ASSERT_THAT(Decide(*opened.store, *opened.sequencer, told_), IsOk());
  const std::string subject =
      SubjectOf(opened.store->identity().subject_key, told_.customer);
  const auto commit = [&](uint64_t erasures) {
    return Click(*opened.store, *opened.sequencer, told_.customer, 1, erasures);
  };
  const uint64_t before = opened.sequencer->erasures();
  EXPECT_THAT(commit(before), IsOk());
  ASSERT_THAT(Erase(opened), IsOk());
  EXPECT_NE(opened.sequencer->erasures(), before);
  const uint64_t records = opened.store->stats().records;
  EXPECT_THAT(commit(before), StatusIs(absl::StatusCode::kAborted));
  std::string request_id;
  const Told told = {.request_id = "late", .at = kNow + absl::Hours(1)};
  const trace::DecisionRecord record = RecordOf(told, request_id);
  state::StateCopy copy;
  const auto ready = [&] {
    return ReadyRecord{&record, Encode(record, opened.store->identity())};
  };
  EXPECT_THAT(opened.sequencer->Commit(
                  {.customer = {subject, "retail"}, .erasures = before}, copy,
                  ready(), ready, [](const absl::StatusOr<Position>&) {}),
              StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(opened.store->stats().records, records);
}

TEST_F(ErasureTest, ACrashInTheMiddleIsMendedByCallingAgain) {
  std::string subject;
  {
    Opened opened(directory_.path());
    Fill(opened);
    subject = SubjectOf(opened.store->identity().subject_key, told_.customer);
  }
  for (const useconds_t wait : {0u, 500u, 2'000u, 8'000u, 20'000u}) {
    const pid_t child = fork();
    if (child == 0) {
      Opened opened(directory_.path());
      Erase(opened).status().IgnoreError();
      pause();
    }
    ASSERT_GT(child, 0);
    usleep(wait);
    kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
  }
  {
    Opened opened(directory_.path());
    ASSERT_THAT(Erase(opened), IsOk());
    ExpectNoByteOfThePerson(subject);
    EXPECT_EQ(EventsOf(*opened.store, *opened.sequencer, "other-1"), 10u);
  }
  ExpectNoByteOfThePerson(subject);
}

TEST_F(ErasureTest, WhatIsDecidedMeanwhileIsKeptOrErasedAsAWhole) {
  Opened opened(directory_.path());
  Fill(opened);
  std::atomic<bool> stop = false;
  std::thread decisions([&] {
    for (int i = 0; !stop; ++i) {
      Told told;
      told.request_id = absl::StrCat("meanwhile-", i);
      told.at = kNow + absl::Minutes(i);
      EXPECT_THAT(Decide(*opened.store, *opened.sequencer, told), IsOk());
    }
  });
  for (int i = 0; i < 5; ++i) EXPECT_THAT(Erase(opened), IsOk());
  stop = true;
  decisions.join();
  const size_t living =
      EventsOf(*opened.store, *opened.sequencer, told_.customer);
  const auto rebuilt = Sequencer::Open(*opened.store, {});
  ASSERT_THAT(rebuilt, IsOk());
  EXPECT_EQ(EventsOf(*opened.store, **rebuilt, told_.customer), living);
}

}  // namespace
}  // namespace stratagem::store
