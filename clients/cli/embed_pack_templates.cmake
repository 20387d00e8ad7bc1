# Writes OUTPUT, the .cc of pack_templates.h, from FILES (paths of
# rules/TEMPLATE/NAME, separated by `|`).
# SPDX-License-Identifier: Apache-2.0

string(REPLACE "|" ";" FILES "${FILES}")
set(text [[
#include "clients/cli/pack_templates.h"

namespace stratagem::cli {

const std::vector<PackTemplate>& PackTemplates() {
  static const std::vector<PackTemplate>* const templates =
      new std::vector<PackTemplate>{]])
set(open "")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  get_filename_component(folder "${file}" DIRECTORY)
  get_filename_component(template "${folder}" NAME)
  if(NOT template STREQUAL open)
    if(open)
      string(APPEND text "}},")
    endif()
    string(APPEND text "\n{\"${template}\", {\n")
    set(open "${template}")
  endif()
  file(READ "${file}" content)
  string(APPEND text "{\"${name}\", R\"~~(${content})~~\"},\n")
endforeach()
string(APPEND text "}}};\n  return *templates;\n}\n\n}  // namespace stratagem::cli\n")
file(WRITE "${OUTPUT}" "${text}")
