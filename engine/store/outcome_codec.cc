#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/base/status_macros.h"
#include "engine/store/record.pb.h"
#include "engine/store/record_codec.h"
#include "engine/store/record_fields.h"

namespace stratagem::store {
namespace {

using trace::OutcomeRecord;
using trace::OutcomeStatus;

void EncodeBody(const OutcomeRecord& record, v1::Outcome* out) {
  SetText(out->mutable_outcome_id(), record.outcome_id);
  EncodeTime(record.recorded_at, out->mutable_recorded_at());
  EncodeTime(record.occurred_at, out->mutable_occurred_at());
  SetText(out->mutable_pack_name(), record.pack_name);
  SetText(out->mutable_pack_version(), record.pack_version);
  out->set_decision_epoch(record.decision_epoch);
  out->set_decision_sequence(record.decision_sequence);
  EncodeTime(record.decided_at, out->mutable_decided_at());
  SetText(out->mutable_placement(), record.placement);
  SetText(out->mutable_channel(), record.channel);
  out->set_inbound(record.inbound);
  SetText(out->mutable_offer(), record.offer);
  out->set_group_key(record.group_key);
  out->set_outcome(static_cast<uint32_t>(record.outcome));
  out->set_status(static_cast<uint32_t>(record.status));
  out->set_revenue_micros(record.revenue_micros);
  SetText(out->mutable_revenue_currency(), record.revenue_currency);
  if (record.keep_until != absl::InfinitePast()) {
    EncodeTime(record.keep_until, out->mutable_keep_until());
  }
  for (const state::CounterChange& change : record.changes) {
    v1::CounterChange* encoded = out->add_changes();
    encoded->set_kind(static_cast<uint32_t>(change.kind));
    EncodeEffect(change.effect, encoded->mutable_effect());
  }
}

void DecodeBody(const v1::Outcome& outcome, FieldDecoder& decoder,
                OutcomeRecord& out) {
  out.outcome_id = decoder.Text(outcome.outcome_id());
  out.recorded_at = decoder.Time(outcome.recorded_at());
  out.occurred_at = decoder.Time(outcome.occurred_at());
  out.pack_name = decoder.Text(outcome.pack_name());
  out.pack_version = decoder.Text(outcome.pack_version());
  out.decision_epoch = outcome.decision_epoch();
  out.decision_sequence = outcome.decision_sequence();
  out.decided_at = decoder.Time(outcome.decided_at());
  out.placement = decoder.Text(outcome.placement());
  out.channel = decoder.Text(outcome.channel());
  out.inbound = outcome.inbound();
  out.offer = decoder.Text(outcome.offer());
  out.group_key = outcome.group_key();
  out.outcome = decoder.Outcome(outcome.outcome());
  out.status = decoder.KnownCode(outcome.status(), OutcomeStatus::kRecorded,
                                 OutcomeStatus::kLate, "outcome status");
  out.revenue_micros = outcome.revenue_micros();
  out.revenue_currency = decoder.Text(outcome.revenue_currency());
  if (outcome.has_keep_until()) {
    out.keep_until = decoder.Time(outcome.keep_until());
  }
  for (const v1::CounterChange& change : outcome.changes()) {
    out.changes.push_back(
        {decoder.KnownCode(change.kind(), state::ChangeKind::kConfirm,
                           state::ChangeKind::kAdd, "change"),
         decoder.Effect(change.effect())});
  }
}

}  // namespace

RecordBytes EncodeOutcome(const OutcomeRecord& record,
                          const Identity& identity) {
  v1::Envelope envelope;
  EncodeHead(RecordKind::kOutcome, identity, &envelope);
  SetText(envelope.mutable_trace_id(), record.trace_id);
  envelope.set_subject(SubjectOf(identity.subject_key, record.customer_id));
  EncodeBody(record, envelope.mutable_outcome());
  v1::Personal personal;
  personal.set_format(kRecordFormat);
  SetText(personal.mutable_customer_id(), record.customer_id);
  return {envelope.SerializeAsString(), personal.SerializeAsString()};
}

absl::StatusOr<std::unique_ptr<const DecodedOutcome>> DecodeOutcome(
    const RecordBytes& bytes) {
  v1::Envelope envelope;
  v1::Personal personal;
  STRATAGEM_RETURN_IF_ERROR(
      ParseEnvelope(bytes.envelope, RecordKind::kOutcome, envelope));
  if (!ParseRecordPart(bytes.personal, personal)) {
    return absl::DataLossError("personal part is malformed");
  }
  std::unique_ptr<DecodedOutcome> record(new DecodedOutcome());
  record->header_ = DecodeHead(envelope);
  record->erased_ = bytes.personal.empty();
  FieldDecoder decoder(record->arena_);
  record->outcome_.trace_id = decoder.Text(envelope.trace_id());
  DecodeBody(envelope.outcome(), decoder, record->outcome_);
  record->outcome_.customer_id = decoder.Text(personal.customer_id());
  STRATAGEM_RETURN_IF_ERROR(decoder.status());
  return record;
}

}  // namespace stratagem::store
