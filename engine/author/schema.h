// engine/author/schema.h
//
// JsonSchema: what files of a pack look like, for editors that complete keys
// and mark mistakes while an analyst types. Made of the loader's own tables.
// `stratagem pack schema` prints it.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_AUTHOR_SCHEMA_H_
#define STRATAGEM_ENGINE_AUTHOR_SCHEMA_H_

#include <string>

#include "engine/pack/shape.h"

namespace stratagem::author {

// Returns the JSON Schema, draft 07, of documents of that `shape`, indented and
// with a line break at its end. It accepts every document that the loader
// accepts. What it cannot say - names that must exist, orders, quotes around
// expressions - is left to `stratagem pack check`.
std::string JsonSchema(const pack::Shape& shape, const std::string& title);

}  // namespace stratagem::author

#endif  // STRATAGEM_ENGINE_AUTHOR_SCHEMA_H_
