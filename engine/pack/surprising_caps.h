// engine/pack/surprising_caps.h
//
// Warnings of limits, lines of the contact policy and budgets that are right by
// themselves and do not do what their author thinks. The loader asks for them
// once a pack is read without errors.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_ENGINE_PACK_SURPRISING_CAPS_H_
#define STRATAGEM_ENGINE_PACK_SURPRISING_CAPS_H_

#include "engine/base/diagnostics.h"
#include "engine/pack/model.h"

namespace stratagem::pack {

// Adds W335, limits that never bite, and, unless the pack says its `timezone`,
// W336: days and quiet hours that are those of UTC.
void WarnOfSurprisingCaps(const Model& model, bool has_timezone,
                          Diagnostics& diagnostics);

}  // namespace stratagem::pack

#endif  // STRATAGEM_ENGINE_PACK_SURPRISING_CAPS_H_
