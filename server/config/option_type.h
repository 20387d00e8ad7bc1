// server/config/option_type.h
//
// OptionType: what the values of an option look like, how one is read into
// Options and written back. option_list.cc gives each option one.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_SERVER_CONFIG_OPTION_TYPE_H_
#define STRATAGEM_SERVER_CONFIG_OPTION_TYPE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/options.h"

namespace stratagem::server {

// How a value may be written in YAML.
enum class ValueStyle {
  kText,    // Plain or between quotes.
  kNumber,  // Plain: between quotes it is text.
  kBool,    // The same, `true` or `false`; its flag may stand without a value.
};

struct OptionType {
  std::string placeholder;  // "ADDR", in the page of help.
  std::string expected;     // "a number of requests from 1 to 100000".
  std::string bounds;       // The same in short, for the tables of documents.
  ValueStyle style = ValueStyle::kText;
  // Stores the value that `text` writes, of a list one more; false when it
  // writes none.
  std::function<bool(const std::string& text, Options& options)> read;
  // The value as it can be read again; of a list, its items.
  std::function<std::vector<std::string>(const Options& options)> write;
  // Of a list: empties it. Null for other options.
  std::function<void(Options& options)> clear = nullptr;

  bool is_list() const { return clear != nullptr; }
};

// Durations with bounds, both inclusive: 10m, 30d. Of one without an end,
// `duration_max` is infinite and the word for that is "forever".
OptionType DurationType(absl::Duration Options::*member,
                        absl::Duration duration_min,
                        absl::Duration duration_max);
// Bytes, perhaps with a unit: 4194304, 500MiB, 50GB.
OptionType SizeType(size_t Options::*member, uint64_t bytes_min,
                    uint64_t bytes_max);
// The same; the word for 0, which is below `bytes_min`, is "unlimited".
OptionType UnlimitedSizeType(uint64_t Options::*member, uint64_t bytes_min,
                             uint64_t bytes_max);
// A count of `things` with bounds, both inclusive.
OptionType CountType(size_t Options::*member, size_t count_min,
                     size_t count_max, absl::string_view things);
OptionType BoolType(bool Options::*member);
// HOST:PORT or [IPV6]:PORT; with `may_be_empty`, an empty text for none.
OptionType AddressType(std::string Options::*member, bool may_be_empty);
// Text that is taken as it is; an empty one only where it `may_be_empty`.
OptionType TextType(std::string Options::*member, absl::string_view placeholder,
                    absl::string_view expected, bool may_be_empty);
// A folder that is there, or an empty text for none.
OptionType FolderType(std::string Options::*member);
// Lists of folders, and of origins of pages or "*".
OptionType FolderListType(std::vector<std::string> Options::*member);
OptionType OriginListType(std::vector<std::string> Options::*member);
OptionType PiiType(Pii Options::*member);
OptionType LogLevelType(LogLevel Options::*member);

// The bytes that `text` writes: digits, then perhaps B, kB, MB … EB (thousands)
// or KiB, MiB … EiB (of 1024), in any case. False when it writes none.
bool ParseSize(absl::string_view text, uint64_t& bytes);
// As short as can be read again without a loss: "4MiB", "50GB", "1000".
std::string SizeText(uint64_t bytes);

}  // namespace stratagem::server

#endif  // STRATAGEM_SERVER_CONFIG_OPTION_TYPE_H_
