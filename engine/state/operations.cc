#include "engine/state/operations.h"

#include <algorithm>
#include <utility>

#include "engine/state/customer_table.h"

namespace stratagem::state {

absl::string_view OperationName(OperationKind kind) {
  switch (kind) {
    case OperationKind::kActivate:
      return "activate";
    case OperationKind::kWithdraw:
      return "withdraw";
    case OperationKind::kCanary:
      return "canary";
    case OperationKind::kShadow:
      return "shadow";
    case OperationKind::kPauseOffer:
      return "pause_offer";
    case OperationKind::kResumeOffer:
      return "resume_offer";
    case OperationKind::kPausePlacement:
      return "pause_placement";
    case OperationKind::kResumePlacement:
      return "resume_placement";
    case OperationKind::kPublish:
      return "publish";
  }
  return "unknown";
}

bool Serves(Serving serving) {
  switch (serving) {
    case Serving::kLive:
    case Serving::kCanary:
    case Serving::kShadow:
      return true;
    case Serving::kPublished:
    case Serving::kWithdrawn:
      return false;
  }
  return false;
}

void Operations::Apply(const Operation& operation, NameTable& names) {
  const auto pause = [&](bool is_placement, bool is_paused) {
    SetPaused({.pack = names.Intern(operation.pack),
               .name = names.Intern(operation.name),
               .is_placement = is_placement},
              is_paused);
  };
  switch (operation.kind) {
    case OperationKind::kActivate:
      return Serve(operation, Serving::kLive);
    case OperationKind::kWithdraw:
      return Serve(operation, Serving::kWithdrawn);
    case OperationKind::kCanary:
      return Serve(operation, Serving::kCanary);
    case OperationKind::kShadow:
      return Serve(operation, Serving::kShadow);
    case OperationKind::kPauseOffer:
      return pause(false, true);
    case OperationKind::kResumeOffer:
      return pause(false, false);
    case OperationKind::kPausePlacement:
      return pause(true, true);
    case OperationKind::kResumePlacement:
      return pause(true, false);
    case OperationKind::kPublish:
      return Serve(operation, Serving::kPublished);
  }
}

void Operations::Serve(const Operation& operation, Serving serving) {
  const bool is_one_a_pack =
      serving == Serving::kCanary || serving == Serving::kShadow;
  for (ServedVersion& served : versions_) {
    if (is_one_a_pack && served.pack == operation.pack &&
        served.serving == serving) {
      served.serving = Serving::kWithdrawn;
      served.canary_slots = 0;
      served.since = FloorTime(operation.at);
    }
  }
  const auto same = std::find_if(versions_.begin(), versions_.end(),
                                 [&](const ServedVersion& served) {
                                   return served.pack == operation.pack &&
                                          served.version == operation.version;
                                 });
  if (same != versions_.end()) {
    if (serving == Serving::kPublished) return;
    versions_.erase(same);
  }
  versions_.push_back(
      {.pack = std::string(operation.pack),
       .version = std::string(operation.version),
       .digest = std::string(operation.digest),
       .serving = serving,
       .canary_slots = serving == Serving::kCanary ? operation.canary_slots : 0,
       .since = FloorTime(operation.at)});
  if (serving == Serving::kLive &&
      std::find(packs_.begin(), packs_.end(), operation.pack) == packs_.end()) {
    packs_.emplace_back(operation.pack);
  }
  ForgetIdle();
}

void Operations::ForgetIdle() {
  while (versions_.size() > kServedVersionsMax) {
    const auto oldest = std::find_if(
        versions_.begin(), versions_.end(),
        [](const ServedVersion& one) { return !Serves(one.serving); });
    if (oldest == versions_.end()) return;
    const std::string pack = oldest->pack;
    versions_.erase(oldest);
    if (std::none_of(
            versions_.begin(), versions_.end(),
            [&pack](const ServedVersion& one) { return one.pack == pack; })) {
      std::erase(packs_, pack);
    }
  }
}

void Operations::SetPaused(Pause pause, bool is_paused) {
  const auto found =
      std::find_if(pauses_.begin(), pauses_.end(),
                   [&pause](const Pause& one) { return one.IsSame(pause); });
  if ((found != pauses_.end()) == is_paused) return;
  ++changes_;
  if (is_paused) {
    pause.change = changes_;
    pauses_.push_back(pause);
    return;
  }
  pauses_.erase(found);
  // What is left of the pack is another set now.
  for (Pause& one : pauses_) {
    if (one.pack == pause.pack) one.change = changes_;
  }
}

void Operations::ReadPaused(absl::string_view pack, const NameTable& names,
                            std::vector<Paused>& paused) const {
  if (pauses_.empty()) return;
  const std::optional<uint32_t> number = names.Find(pack);
  if (!number.has_value()) return;
  for (const Pause& pause : pauses_) {
    if (pause.pack != *number) continue;
    paused.push_back({names.At(pause.name).text, pause.is_placement});
  }
}

uint64_t Operations::PausesVersion(absl::string_view pack,
                                   const NameTable& names) const {
  if (pauses_.empty()) return 0;
  const std::optional<uint32_t> number = names.Find(pack);
  uint64_t version = 0;
  for (const Pause& pause : pauses_) {
    if (pause.pack == number) version = std::max(version, pause.change);
  }
  return version;
}

void Operations::Save(LedgerWriter& writer) const {
  writer.Number(versions_.size());
  for (const ServedVersion& served : versions_) {
    writer.Text(served.pack);
    writer.Text(served.version);
    writer.Text(served.digest);
    writer.Number(static_cast<uint64_t>(served.serving));
    writer.Number(served.canary_slots);
    writer.Signed(Micros(served.since));
  }
  writer.Number(packs_.size());
  for (const std::string& pack : packs_) writer.Text(pack);
  writer.Number(changes_);
  writer.Number(pauses_.size());
  for (const Pause& pause : pauses_) {
    writer.Number(pause.pack);
    writer.Number(pause.name);
    writer.Number(pause.is_placement ? 1 : 0);
    writer.Number(pause.change);
  }
}

void Operations::Load(LedgerReader& reader, uint32_t names) {
  const uint64_t versions = reader.Number();
  for (uint64_t i = 0; i < versions && reader.ok(); ++i) {
    ServedVersion& served = versions_.emplace_back();
    served.pack = reader.Text();
    served.version = reader.Text();
    served.digest = reader.Text();
    const uint64_t serving =
        reader.NumberUpTo(static_cast<uint64_t>(Serving::kWithdrawn));
    if (serving == 0) reader.Fault("a version that serves as nothing");
    served.serving = static_cast<Serving>(serving);
    served.canary_slots =
        static_cast<uint32_t>(reader.NumberUpTo(kCanarySlots));
    served.since = TimeOf(reader.Signed());
  }
  const uint64_t packs = reader.Number();
  for (uint64_t i = 0; i < packs && reader.ok(); ++i) {
    packs_.emplace_back(reader.Text());
  }
  changes_ = reader.Number();
  const uint64_t pauses = reader.Number();
  if (pauses > 0 && names == 0) reader.Fault("a pause of nothing");
  for (uint64_t i = 0; i < pauses && reader.ok(); ++i) {
    Pause pause;
    pause.pack = static_cast<uint32_t>(reader.NumberUpTo(names - 1));
    pause.name = static_cast<uint32_t>(reader.NumberUpTo(names - 1));
    pause.is_placement = reader.NumberUpTo(1) == 1;
    pause.change = reader.NumberUpTo(changes_);
    pauses_.push_back(pause);
  }
}

}  // namespace stratagem::state
