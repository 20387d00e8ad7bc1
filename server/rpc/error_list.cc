#include "server/rpc/error_list.h"

#include <algorithm>

namespace stratagem::server {
namespace {

constexpr ErrorRow kErrors[] = {
    {.reason = v1::ERROR_REASON_MALFORMED_MESSAGE,
     .code = google::rpc::INVALID_ARGUMENT,
     .meaning =
         "the bytes are not a message of the method's type: not protobuf, not "
         "JSON, not gzip, or an envelope that does not hold one message.",
     .action = "Send what code that is generated from the proto files writes; "
               "of JSON the message names the byte where it ends to be JSON."},
    {.reason = v1::ERROR_REASON_INVALID_UTF8,
     .code = google::rpc::INVALID_ARGUMENT,
     .detail = ErrorDetail::kFields,
     .meaning = "a string field holds bytes that are not UTF-8.",
     .action = "Encode the field's text as UTF-8; it may be Latin-1."},
    {.reason = v1::ERROR_REASON_MISSING_FIELD,
     .code = google::rpc::INVALID_ARGUMENT,
     .detail = ErrorDetail::kFields,
     .meaning =
         "a field that a call needs is empty, or an attribute that the pack "
         "requires was not given and is not stored.",
     .action = "Give it, or store it with the customer's profile."},
    {.reason = v1::ERROR_REASON_TOO_LARGE,
     .code = google::rpc::INVALID_ARGUMENT,
     .detail = ErrorDetail::kFields,
     .meaning =
         "a text, list or map is above its limit, or the request has too many "
         "items, or none.",
     .action = "Send less; the description says how much is allowed. Split "
               "batches."},
    {.reason = v1::ERROR_REASON_UNKNOWN_NAME,
     .code = google::rpc::INVALID_ARGUMENT,
     .detail = ErrorDetail::kFields,
     .meaning =
         "the pack declares no such attribute, request value or placement; or "
         "an enum field holds a number without a name; or a member of JSON is "
         "no field.",
     .action = "Mend the name; the description has the nearest one, or those "
               "there are."},
    {.reason = v1::ERROR_REASON_DUPLICATE_NAME,
     .code = google::rpc::INVALID_ARGUMENT,
     .detail = ErrorDetail::kFields,
     .meaning = "the same name was given twice.",
     .action = "Give each name once."},
    {.reason = v1::ERROR_REASON_WRONG_TYPE,
     .code = google::rpc::INVALID_ARGUMENT,
     .detail = ErrorDetail::kFields,
     .meaning = "a value is not of the declared type, or a Value is empty.",
     .action = "Send the declared type, which `ListPacks` shows; leave out "
               "what is not known."},
    {.reason = v1::ERROR_REASON_OUT_OF_RANGE,
     .code = google::rpc::INVALID_ARGUMENT,
     .detail = ErrorDetail::kFields,
     .meaning = "a value is outside the declared bounds, or a time outside "
                "what its type can hold.",
     .action = "Mend the value; the description has the bounds."},
    {.reason = v1::ERROR_REASON_NOT_ALLOWED,
     .code = google::rpc::INVALID_ARGUMENT,
     .detail = ErrorDetail::kFields,
     .meaning = "a string is not among the declared values, or a field does "
                "not go with the others.",
     .action = "Take one of those that the description lists, or leave the "
               "field out."},
    {.reason = v1::ERROR_REASON_BROKEN_CONSTRAINT,
     .code = google::rpc::INVALID_ARGUMENT,
     .detail = ErrorDetail::kFields,
     .meaning =
         "each fact is well, but together they break a constraint of the "
         "pack. The field is \"constraints[i]\".",
     .action = "Mend the facts that the constraint's message names."},
    {.reason = v1::ERROR_REASON_PACK_NOT_FOUND,
     .code = google::rpc::NOT_FOUND,
     .meaning = "the server has no pack of that name and version.",
     .action = "Mend the name, or publish and activate the pack; `stratagem "
               "pack list` shows those there are."},
    {.reason = v1::ERROR_REASON_PACK_NOT_IN_EFFECT,
     .code = google::rpc::FAILED_PRECONDITION,
     .meaning =
         "the pack is known, but no version of it is in effect at the time of "
         "the decision; or the server has no pack at all; or there is no "
         "version to go back to.",
     .action = "Activate a version that is in effect, or ask for another time "
               "with `as_of`."},
    {.reason = v1::ERROR_REASON_STORE_QUEUE_FULL,
     .code = google::rpc::RESOURCE_EXHAUSTED,
     .retry = Retry::kWithBackOff,
     .detail = ErrorDetail::kRetryDelay,
     .meaning = "the log's queue is full. Nothing was recorded; a "
                "google.rpc.RetryInfo says when to try again.",
     .action = "Call again, later each time. When it goes on, the disk is "
               "slower than the calls: fewer calls, or a faster disk."},
    {.reason = v1::ERROR_REASON_STORE_UNAVAILABLE,
     .code = google::rpc::UNAVAILABLE,
     .retry = Retry::kWithBackOff,
     .meaning =
         "the log cannot be written or read. A decision that failed so may "
         "still be found in the log: a sync that fails does not say what it "
         "wrote.",
     .action = "Call again with the same `request_id`: the server opens its "
               "store anew by itself. When it goes on, an operator looks at "
               "the disk; `/readyz` and the server's log say what failed."},
    {.reason = v1::ERROR_REASON_STORE_DATA_LOSS,
     .code = google::rpc::DATA_LOSS,
     .retry = Retry::kOperator,
     .meaning = "a record of the log does not read back as it was written, or "
                "a newer program wrote it.",
     .action = "Other calls go on. An operator looks at the disk, restores the "
               "store, or starts the program that wrote it."},
    {.reason = v1::ERROR_REASON_READ_QUEUE_FULL,
     .code = google::rpc::RESOURCE_EXHAUSTED,
     .retry = Retry::kWithBackOff,
     .detail = ErrorDetail::kRetryDelay,
     .meaning = "too many calls wait for the disk or follow the log. Nothing "
                "was done; a "
                "google.rpc.RetryInfo says when to try again.",
     .action = "Call again, later each time, or call less at once."},
    {.reason = v1::ERROR_REASON_REQUEST_ID_REUSED,
     .code = google::rpc::INVALID_ARGUMENT,
     .detail = ErrorDetail::kFields,
     .meaning =
         "the request id was used a short while ago for another customer, "
         "pack, kind of call or list of placements. Nothing was decided.",
     .action = "Give each call an id of its own, and repeat a call as it was."},
    {.reason = v1::ERROR_REASON_MALFORMED_ID,
     .code = google::rpc::INVALID_ARGUMENT,
     .detail = ErrorDetail::kFields,
     .meaning =
         "a text is not a decision id, a page token or a path as this service "
         "takes them.",
     .action = "Send ids and tokens as they were answered; begin again without "
               "a page token."},
    {.reason = v1::ERROR_REASON_PROFILE_VERSION,
     .code = google::rpc::ABORTED,
     .meaning =
         "the profile has another version than the one that was expected.",
     .action = "Read the profile again, and repeat the change on what is there "
               "now."},
    {.reason = v1::ERROR_REASON_PROFILE_TOO_LARGE,
     .code = google::rpc::RESOURCE_EXHAUSTED,
     .meaning = "the profile would have too many attributes or bytes.",
     .action = "Remove attributes that nobody reads, by setting them to null."},
    {.reason = v1::ERROR_REASON_PROFILE_NOT_FOUND,
     .code = google::rpc::NOT_FOUND,
     .meaning = "no profile is stored for the customer.",
     .action = "Store one; decisions do without, as far as the pack allows."},
    {.reason = v1::ERROR_REASON_DECISION_NOT_FOUND,
     .code = google::rpc::NOT_FOUND,
     .meaning = "the log has no decision of that id, or no longer.",
     .action = "Ask the server that decided; retention may have removed it."},
    {.reason = v1::ERROR_REASON_SERVER_STOPPING,
     .code = google::rpc::UNAVAILABLE,
     .retry = Retry::kWithBackOff,
     .meaning = "the server stops, and with it calls that have no end of their "
                "own; over HTTP it takes no new calls.",
     .action = "Call again, here or another server; follow decisions from the "
               "last sequence on."},
    {.reason = v1::ERROR_REASON_PACK_INVALID,
     .code = google::rpc::FAILED_PRECONDITION,
     .detail = ErrorDetail::kDiagnostics,
     .meaning = "the pack has errors, which the details hold as Diagnostic "
                "messages, as many as fit; or it promises what this server "
                "cannot keep, or is one version more than it remembers.",
     .action = "Mend the pack; `stratagem pack check` shows all errors, "
               "[diagnostics.md](diagnostics.md) has their codes."},
    {.reason = v1::ERROR_REASON_PACK_VERSION_TAKEN,
     .code = google::rpc::ALREADY_EXISTS,
     .meaning = "the version was published with other content, and a version "
                "never changes.",
     .action = "Give the new content another `version` in `pack.yaml`."},
    {.reason = v1::ERROR_REASON_PACK_TESTS_FAILED,
     .code = google::rpc::FAILED_PRECONDITION,
     .meaning = "tests of the pack fail.",
     .action = "Mend the pack or its tests (`stratagem pack test`); `force` "
               "activates it none the less."},
    {.reason = v1::ERROR_REASON_UNLOGGED_NOT_ALLOWED,
     .code = google::rpc::FAILED_PRECONDITION,
     .meaning = "the server's configuration does not allow quotes without a "
                "record (`unlogged_quotes`).",
     .action =
         "Quote with a record (`dry_run`), or have the configuration changed."},
    {.reason = v1::ERROR_REASON_CONFLICTING_FIELDS,
     .code = google::rpc::INVALID_ARGUMENT,
     .detail = ErrorDetail::kFields,
     .meaning = "the request has two fields of which it may have one.",
     .action = "Leave one of them out; the description names both."},
    {.reason = v1::ERROR_REASON_METHOD_NOT_FOUND,
     .code = google::rpc::UNIMPLEMENTED,
     .http_status = 404,
     .meaning = "over HTTP, the path is not one of a method or a page.",
     .action = "Mend the path: `/stratagem.v1.DecisionService/Decide`."},
    {.reason = v1::ERROR_REASON_METHOD_NEEDS_GRPC,
     .code = google::rpc::UNIMPLEMENTED,
     .meaning =
         "over HTTP, the method takes a stream of requests, which needs gRPC.",
     .action = "Call it over gRPC; `BatchUpsertProfiles` does over HTTP what "
               "`ImportProfiles` does."},
    {.reason = v1::ERROR_REASON_METHOD_NOT_ALLOWED,
     .code = google::rpc::INVALID_ARGUMENT,
     .http_status = 405,
     .meaning = "over HTTP, the request is not a `POST`, nor a `GET` of a call "
                "that only reads.",
     .action = "Take one of those that `Allow` lists."},
    {.reason = v1::ERROR_REASON_UNSUPPORTED_MEDIA_TYPE,
     .code = google::rpc::INVALID_ARGUMENT,
     .http_status = 415,
     .meaning = "over HTTP, the content type is none that the method takes.",
     .action = "Take one of those that `Accept-Post` lists."},
    {.reason = v1::ERROR_REASON_UNSUPPORTED_COMPRESSION,
     .code = google::rpc::UNIMPLEMENTED,
     .meaning =
         "over HTTP, the message is compressed by another method than gzip.",
     .action = "Compress with `gzip`, or not at all."},
    {.reason = v1::ERROR_REASON_MALFORMED_CALL,
     .code = google::rpc::INVALID_ARGUMENT,
     .meaning =
         "over HTTP, a header, the query or the request as a whole is not as "
         "HTTP/1.1 and the Connect protocol have it.",
     .action = "Mend what the message names."},
    {.reason = v1::ERROR_REASON_MESSAGE_TOO_LARGE,
     .code = google::rpc::RESOURCE_EXHAUSTED,
     .http_status = 413,
     .meaning = "over HTTP, the body is above `--http-body-bytes-max`, as it "
                "was sent or decompressed.",
     .action = "Split the batch, or start the server with a higher limit."},
    {.reason = v1::ERROR_REASON_HEAD_TOO_LARGE,
     .code = google::rpc::RESOURCE_EXHAUSTED,
     .http_status = 431,
     .meaning = "over HTTP, the request's head, a chunk's line or the trailers "
                "are too long.",
     .action = "Send fewer or shorter headers, and a message as body instead "
               "of in the query."},
    {.reason = v1::ERROR_REASON_REQUEST_TIMEOUT,
     .code = google::rpc::DEADLINE_EXCEEDED,
     .retry = Retry::kWithBackOff,
     .http_status = 408,
     .meaning = "over HTTP, the request took too long to arrive. Nothing was "
                "done.",
     .action = "Call again; when it goes on, the network or a proxy between is "
               "slow."},
    {.reason = v1::ERROR_REASON_SERVER_BUSY,
     .code = google::rpc::UNAVAILABLE,
     .retry = Retry::kWithBackOff,
     .detail = ErrorDetail::kRetryDelay,
     .meaning = "over HTTP, the server has as many connections, or reads as "
                "many bytes at once, as it takes. Nothing was done; a "
                "google.rpc.RetryInfo says when to try again.",
     .action = "Call again, later each time; keep connections and use them "
               "again."},
    {.reason = v1::ERROR_REASON_INTERNAL,
     .code = google::rpc::INTERNAL,
     .retry = Retry::kOperator,
     .meaning = "over HTTP, the answer cannot be written as JSON: a fault of "
                "the server's own. The call was done.",
     .action = "Report it; the same call with `application/proto` or over gRPC "
               "is answered."},
};

}  // namespace

std::span<const ErrorRow> ErrorList() { return kErrors; }

const ErrorRow* FindErrorRow(v1::ErrorReason reason) {
  const auto row = std::find_if(
      std::begin(kErrors), std::end(kErrors),
      [reason](const ErrorRow& one) { return one.reason == reason; });
  return row == std::end(kErrors) ? nullptr : row;
}

}  // namespace stratagem::server
