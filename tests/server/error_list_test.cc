// What must hold for the list of errors: every reason stands there once, the
// proto file says the same of it, and docs/errors.md is written from it.

#include "server/rpc/error_list.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/http/connect_protocol.h"
#include "tests/support/golden.h"

namespace stratagem::server {
namespace {

using testing::EndsWith;

std::string ReadSource(absl::string_view path) {
  std::ifstream file(SourcePath(path), std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(ErrorListTest, EachReasonHasOneRowInTheOrderOfTheirNumbers) {
  const google::protobuf::EnumDescriptor& reasons =
      *v1::ErrorReason_descriptor();
  std::vector<int> wanted;
  for (int i = 0; i < reasons.value_count(); ++i) {
    if (reasons.value(i)->number() != v1::ERROR_REASON_UNSPECIFIED) {
      wanted.push_back(reasons.value(i)->number());
    }
  }
  std::sort(wanted.begin(), wanted.end());
  std::vector<int> listed;
  for (const ErrorRow& row : ErrorList()) {
    listed.push_back(row.reason);
    EXPECT_EQ(FindErrorRow(row.reason), &row);
  }
  EXPECT_EQ(listed, wanted);
  EXPECT_EQ(FindErrorRow(v1::ERROR_REASON_UNSPECIFIED), nullptr);
}

TEST(ErrorListTest, WhatIsSaidTwiceAgrees) {
  for (const ErrorRow& row : ErrorList()) {
    SCOPED_TRACE(v1::ErrorReason_Name(row.reason));
    EXPECT_NE(row.code, google::rpc::OK);
    EXPECT_NE(row.code, google::rpc::UNKNOWN);
    // InvalidRequest() takes the code of whichever field comes first.
    if (row.detail == ErrorDetail::kFields) {
      EXPECT_EQ(row.code, google::rpc::INVALID_ARGUMENT);
    }
    if (row.detail == ErrorDetail::kRetryDelay) {
      EXPECT_EQ(row.retry, Retry::kWithBackOff);
    }
    EXPECT_THAT(std::string(row.meaning), EndsWith("."));
    EXPECT_THAT(std::string(row.action), EndsWith("."));
    // Callers over HTTP decide by the class of a status.
    if (row.http_status != 0) {
      EXPECT_GE(row.http_status, 400);
      EXPECT_LT(row.http_status, 500);
    }
  }
}

// The comment above each value of the enum, on one line.
std::map<std::string, std::string> CommentsOfTheProtoFile() {
  std::istringstream file(ReadSource("proto/stratagem/v1/error_reason.proto"));
  std::map<std::string, std::string> comments;
  std::string comment;
  for (std::string line; std::getline(file, line);) {
    absl::string_view rest = absl::StripAsciiWhitespace(line);
    if (absl::ConsumePrefix(&rest, "// ")) {
      absl::StrAppend(&comment, comment.empty() ? "" : " ", rest);
      continue;
    }
    if (absl::StartsWith(rest, "ERROR_REASON_")) {
      comments[std::string(rest.substr(0, rest.find(' ')))] = comment;
    }
    comment.clear();
  }
  return comments;
}

TEST(ErrorListTest, TheProtoFileSaysTheSame) {
  const std::map<std::string, std::string> comments = CommentsOfTheProtoFile();
  for (const ErrorRow& row : ErrorList()) {
    const auto comment = comments.find(v1::ErrorReason_Name(row.reason));
    ASSERT_NE(comment, comments.end()) << v1::ErrorReason_Name(row.reason);
    EXPECT_EQ(comment->second,
              absl::StrCat(google::rpc::Code_Name(row.code), ": ", row.meaning))
        << v1::ErrorReason_Name(row.reason);
  }
}

// ---------------------------------------------------------------- the page --

absl::string_view RetryText(Retry retry) {
  switch (retry) {
    case Retry::kNo:
      return "no";
    case Retry::kWithBackOff:
      return "with back-off";
    case Retry::kOperator:
      return "after an operator";
  }
  return "";
}

absl::string_view DetailText(ErrorDetail detail) {
  switch (detail) {
    case ErrorDetail::kNone:
      return "";
    case ErrorDetail::kFields:
      return "`BadRequest`";
    case ErrorDetail::kRetryDelay:
      return "`RetryInfo`";
    case ErrorDetail::kDiagnostics:
      return "`Diagnostic`";
  }
  return "";
}

// A meaning as a sentence of its own.
std::string Sentence(absl::string_view meaning) {
  std::string sentence(meaning);
  sentence[0] = absl::ascii_toupper(static_cast<unsigned char>(sentence[0]));
  return sentence;
}

std::string TableOf(google::rpc::Code code) {
  const auto grpc_code = static_cast<grpc::StatusCode>(code);
  std::string table =
      absl::StrCat("\n## ", google::rpc::Code_Name(code), "\n\nOver HTTP `",
                   CodeName(grpc_code), "`, status ", HttpStatusOf(grpc_code),
                   " unless the reason names another.\n\n"
                   "| reason | when | what to do | again? | details |\n"
                   "|---|---|---|---|---|\n");
  for (const ErrorRow& row : ErrorList()) {
    if (row.code != code) continue;
    absl::StrAppend(
        &table, "| `", v1::ErrorReason_Name(row.reason), "`",
        row.http_status == 0 ? "" : absl::StrCat(" (", row.http_status, ")"),
        " | ", Sentence(row.meaning), " | ", row.action, " | ",
        RetryText(row.retry), " | ", DetailText(row.detail), " |\n");
  }
  return table;
}

TEST(ErrorPageTest, IsWrittenFromTheList) {
  constexpr absl::string_view kMark =
      "<!-- From here on written by error_list_test from "
      "server/rpc/error_list.cc; UPDATE_GOLDEN=1 writes it anew. -->\n";
  const std::string page = ReadSource("docs/errors.md");
  const size_t mark = page.find(std::string(kMark));
  ASSERT_NE(mark, page.npos) << "docs/errors.md has lost its line " << kMark;
  std::set<google::rpc::Code> codes;
  for (const ErrorRow& row : ErrorList()) codes.insert(row.code);
  std::string written = page.substr(0, mark + kMark.size());
  for (const google::rpc::Code code : codes) written += TableOf(code);
  ExpectMatchesGolden(written, "docs/errors.md");
}

TEST(ErrorPageTest, StandsInWhatItIsLinkedFrom) {
  for (const char* from :
       {"README.md", "docs/http.md", "proto/stratagem/v1/error_reason.proto"}) {
    EXPECT_TRUE(absl::StrContains(ReadSource(from), "errors.md")) << from;
  }
}

}  // namespace
}  // namespace stratagem::server
