#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/base/arena.h"
#include "engine/base/status_macros.h"
#include "engine/store/record.pb.h"
#include "engine/store/record_codec.h"
#include "engine/store/record_fields.h"

namespace stratagem::store {

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
  if (!action.has_erasure()) {
    return absl::UnimplementedError(
        "record of an operator's action is not an erasure");
  }
  Arena arena;
  FieldDecoder decoder(arena);
  const Erasure erasure = {.at = decoder.Time(action.at()),
                           .records = action.erasure().records()};
  STRATAGEM_RETURN_IF_ERROR(decoder.status());
  return erasure;
}

}  // namespace stratagem::store
