#include <algorithm>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "engine/base/arena.h"
#include "engine/base/status_macros.h"
#include "engine/store/record.pb.h"
#include "engine/store/record_codec.h"
#include "engine/store/record_fields.h"

namespace stratagem::store {
namespace {

absl::Status NotOfKind(absl::string_view wanted) {
  return absl::UnimplementedError(
      absl::StrCat("record of an operator's action is not ", wanted));
}

}  // namespace

RecordBytes EncodeErasure(const Erasure& erasure, const Identity& identity) {
  v1::Envelope envelope;
  EncodeHead(RecordKind::kOperatorAction, identity, &envelope);
  v1::OperatorAction* const action = envelope.mutable_operator_action();
  EncodeTime(erasure.at, action->mutable_at());
  action->mutable_erasure()->set_records(erasure.records);
  return {envelope.SerializeAsString(), ""};
}

absl::StatusOr<Erasure> DecodeErasure(const RecordBytes& bytes) {
  v1::Envelope envelope;
  STRATAGEM_RETURN_IF_ERROR(
      ParseEnvelope(bytes.envelope, RecordKind::kOperatorAction, envelope));
  const v1::OperatorAction& action = envelope.operator_action();
  if (!action.has_erasure()) return NotOfKind("an erasure");
  Arena arena;
  FieldDecoder decoder(arena);
  const Erasure erasure = {.at = decoder.Time(action.at()),
                           .records = action.erasure().records()};
  STRATAGEM_RETURN_IF_ERROR(decoder.status());
  return erasure;
}

RecordBytes EncodeOperation(const state::Operation& operation,
                            const Identity& identity) {
  v1::Envelope envelope;
  EncodeHead(RecordKind::kOperatorAction, identity, &envelope);
  v1::OperatorAction* const action = envelope.mutable_operator_action();
  EncodeTime(operation.at, action->mutable_at());
  v1::Operation* const out = action->mutable_operation();
  out->set_kind(static_cast<uint32_t>(operation.kind));
  SetText(out->mutable_pack(), operation.pack);
  SetText(out->mutable_version(), operation.version);
  SetText(out->mutable_digest(), operation.digest);
  out->set_canary_slots(operation.canary_slots);
  out->set_forced(operation.forced);
  SetText(out->mutable_name(), operation.name);
  SetText(out->mutable_actor(), operation.actor);
  SetText(out->mutable_reason(), operation.reason);
  return {envelope.SerializeAsString(), ""};
}

absl::StatusOr<std::unique_ptr<const DecodedOperation>> DecodeOperation(
    const RecordBytes& bytes) {
  v1::Envelope envelope;
  STRATAGEM_RETURN_IF_ERROR(
      ParseEnvelope(bytes.envelope, RecordKind::kOperatorAction, envelope));
  const v1::OperatorAction& action = envelope.operator_action();
  if (!action.has_operation()) return NotOfKind("an operation");
  const v1::Operation& from = action.operation();
  std::unique_ptr<DecodedOperation> decoded(new DecodedOperation());
  FieldDecoder decoder(decoded->arena_);
  decoded->operation_ = {
      .kind = decoder.KnownCode(from.kind(), state::kOperationFirst,
                                state::kOperationLast, "operation"),
      .at = decoder.Time(action.at()),
      .pack = decoder.Text(from.pack()),
      .version = decoder.Text(from.version()),
      .digest = decoder.Text(from.digest()),
      .canary_slots = std::min(from.canary_slots(), state::kCanarySlots),
      .forced = from.forced(),
      .name = decoder.Text(from.name()),
      .actor = decoder.Text(from.actor()),
      .reason = decoder.Text(from.reason())};
  STRATAGEM_RETURN_IF_ERROR(decoder.status());
  return decoded;
}

}  // namespace stratagem::store
