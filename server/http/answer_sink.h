// server/http/answer_sink.h
//
// AnswerSink and Call: the two ends of a request that is being answered. The
// connection is the sink; the router gives it the call, which writes to the
// sink and can be cancelled by it. SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_HTTP_ANSWER_SINK_H_
#define STRATAGEM_SERVER_HTTP_ANSWER_SINK_H_

#include <functional>
#include <string>

#include "server/http/http_message.h"

namespace stratagem::server {

// Takes one answer: one Answer(), or StartStream(), Write() any number of times
// and FinishStream(). When the client is gone it takes them and does nothing.
// Thread safe, and never calls back before it returns.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;
  virtual void Answer(HttpResponse response) = 0;
  virtual void StartStream(HttpResponse head) = 0;
  // Calls `written` once the bytes are on their way, or nobody wants them any
  // more; no other Write() before that.
  virtual void Write(std::string bytes, std::function<void()> written) = 0;
  virtual void FinishStream(std::string last_bytes) = 0;
};

// A call that has been started. Thread safe.
class Call {
 public:
  virtual ~Call() = default;
  // Nobody waits for the answer any more. The call still ends with one.
  virtual void Cancel() = 0;
};

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_HTTP_ANSWER_SINK_H_
