// `stratagem pack schema`: JSON Schema for editors.

#include <memory>

#include "clients/cli/command.h"
#include "engine/author/schema.h"
#include "engine/pack/loader.h"
#include "engine/pack/test_file.h"

namespace stratagem::cli {
namespace {

struct SchemaFlags {
  bool included = false;
  bool tests = false;
};

ExitCode RunSchema(const SchemaFlags& flags, const Console& console) {
  if (flags.tests) {
    console.out << author::JsonSchema(pack::TestFileShape(),
                                      "Tests of a Stratagem pack");
  } else if (flags.included) {
    console.out << author::JsonSchema(pack::FileShape(/*is_main=*/false),
                                      "A file that a Stratagem pack includes");
  } else {
    console.out << author::JsonSchema(pack::FileShape(/*is_main=*/true),
                                      "pack.yaml of a Stratagem pack");
  }
  return ExitCode::kOk;
}

}  // namespace

void AddPackSchemaCommand(CLI::App& pack, const Console& console,
                          Chosen& chosen) {
  CLI::App* const schema = pack.add_subcommand(
      "schema", "Print JSON Schema, for editors that check packs");
  const auto flags = std::make_shared<SchemaFlags>();
  CLI::Option* const included = schema->add_flag(
      "--included", flags->included, "of the files that pack.yaml includes");
  schema->add_flag("--tests", flags->tests, "of the tests, *_test.yaml")
      ->excludes(included);
  schema->footer(
      "\nAn editor with support for YAML completes keys and marks mistakes "
      "when a file begins\nwith a line that says where the schema is:\n"
      "  # yaml-language-server: $schema=../schema/pack.schema.json\n"
      "\nJSON Schema, draft 07. It knows keys and the shapes of their values; "
      "`stratagem pack\ncheck` knows everything.\n"
      "\nexit codes:\n  0  done\n  2  the command line is wrong\n");
  schema->callback([flags, &console, &chosen] {
    chosen.run = [flags, &console] { return RunSchema(*flags, console); };
  });
}

}  // namespace stratagem::cli
