// tests/server/shop_pack.h
//
// A small pack in any version, with tests that pass or fail: what tests of
// publishing and activating publish.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SERVER_SHOP_PACK_H_
#define STRATAGEM_TESTS_SERVER_SHOP_PACK_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "server/reload/compiled_pack.h"
#include "stratagem/v1/pack_service.pb.h"
#include "tests/support/temp_dir.h"

namespace stratagem::server {

struct ShopOptions {
  std::string version = "1";
  std::string name = "shop";
  // What the treatment says, so that answers tell which version decided.
  int discount = 1;
  std::string effective = {};  // "from: 2020-01-01"; empty: always.
  // What its one test expects; absent: there is no test.
  std::string expected_discount = {};
};

inline PackFiles ShopFiles(const ShopOptions& shop = {}) {
  PackFiles files;
  files["pack.yaml"] = absl::StrCat(
      "language: 1\nname: ", shop.name, "\nversion: \"", shop.version, "\"\n",
      shop.effective.empty()
          ? ""
          : absl::StrCat("effective: {", shop.effective, "}\n"),
      R"(attributes:
  orders: {type: int, default: 0}
treatments:
  pricing:
    fields: {discount: {type: int}}
    default: list
    cells: {list: {discount: )",
      shop.discount, R"(}}
offers:
  - {id: coupon, propensity: 0.1, value: 50, cost: 1}
  - {id: gift, propensity: 0.1, value: 40, cost: 1}
placements: {home: {max_offers: 2}}
)");
  if (!shop.expected_discount.empty()) {
    files["shop_test.yaml"] = absl::StrCat(R"(description: of the shop
now: 2026-11-01
section:
  - name: pricing
    tests:
      - name: list
        output: {treatments.pricing.discount: )",
                                           shop.expected_discount, "}\n");
  }
  return files;
}

inline v1::PackFiles ToWireFiles(const PackFiles& files) {
  v1::PackFiles wire;
  for (const auto& [path, bytes] : files) {
    v1::PackFile& file = *wire.add_files();
    file.set_path(path);
    file.set_content(bytes);
  }
  return wire;
}

inline v1::PackFiles ShopWire(const ShopOptions& shop = {}) {
  return ToWireFiles(ShopFiles(shop));
}

// Writes the pack below `dir` and returns its folder.
inline std::string WriteShop(const TempDir& dir, const std::string& folder,
                             const ShopOptions& shop = {}) {
  for (const auto& [path, bytes] : ShopFiles(shop)) {
    dir.Write(absl::StrCat(folder, "/", path), bytes);
  }
  return dir.Join(folder);
}

}  // namespace stratagem::server

#endif  // STRATAGEM_TESTS_SERVER_SHOP_PACK_H_
