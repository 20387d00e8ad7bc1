// tests/server/wire_pack.h
//
// The packs under tests/golden/packs and requests that they answer, for the
// tests of the server.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_SERVER_WIRE_PACK_H_
#define STRATAGEM_TESTS_SERVER_WIRE_PACK_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/check.h"
#include "gtest/gtest.h"
#include "server/options.h"
#include "server/reload/folder_packs.h"
#include "server/reload/pack_store.h"
#include "stratagem/v1/decision_service.pb.h"
#include "tests/support/golden.h"

namespace stratagem::server {

// The folders of these names under tests/golden/packs.
inline std::vector<std::string> PackDirectories(
    const std::vector<std::string>& names) {
  std::vector<std::string> directories;
  for (const std::string& name : names) {
    directories.push_back(SourcePath("tests/golden/packs/" + name));
  }
  return directories;
}

// The packs in these folders, which are valid.
inline std::vector<FolderPack> LoadFolders(
    const std::vector<std::string>& directories) {
  auto loaded = LoadPacks(directories, Options().outcome_window);
  if (const auto* errors = std::get_if<PackErrors>(&loaded)) {
    ADD_FAILURE() << errors->text;
  }
  STRATAGEM_CHECK(loaded.index() == 0);
  return std::get<0>(std::move(loaded));
}

// What the packs in these folders decide, the last one the newest.
inline std::shared_ptr<const decide::Router> RouterOfFolders(
    const std::vector<std::string>& directories) {
  std::vector<std::shared_ptr<const plan::Plan>> plans;
  for (FolderPack& folder : LoadFolders(directories)) {
    plans.push_back(std::move(folder.pack.plan));
  }
  return std::make_shared<const decide::Router>(std::move(plans));
}

// Those of tests, by name.
inline std::shared_ptr<const decide::Router> RouterOf(
    const std::vector<std::string>& names) {
  return RouterOfFolders(PackDirectories(names));
}

// `wire` first, then `retired`, which is not in effect since 2020.
inline std::vector<std::string> WirePacks() {
  return PackDirectories({"wire", "retired"});
}
inline std::shared_ptr<const decide::Router> WireRouter() {
  return RouterOfFolders(WirePacks());
}

inline v1::NamedValue Int(const std::string& name, int64_t value) {
  v1::NamedValue named;
  named.set_name(name);
  named.mutable_value()->set_int_value(value);
  return named;
}

inline v1::NamedValue Double(const std::string& name, double value) {
  v1::NamedValue named;
  named.set_name(name);
  named.mutable_value()->set_double_value(value);
  return named;
}

inline v1::NamedValue Text(const std::string& name, const std::string& value) {
  v1::NamedValue named;
  named.set_name(name);
  named.mutable_value()->set_string_value(value);
  return named;
}

// A request of `customer_id` that the wire pack answers: gold and active, and
// at `home` the offer `coupon`.
inline v1::DecideRequest GoodRequest(const std::string& customer_id = "c-1") {
  v1::DecideRequest request;
  request.set_customer_id(customer_id);
  *request.add_attributes() = Int("orders", 3);
  *request.add_attributes() = Double("spend", 1500);
  *request.add_attributes() = Int("nps", 9);
  request.add_placements("home");
  return request;
}

// The same, named "r-" and the customer.
inline v1::DecideRequest NamedRequest(const std::string& customer_id = "c-1") {
  v1::DecideRequest request = GoodRequest(customer_id);
  request.set_request_id("r-" + customer_id);
  return request;
}

}  // namespace stratagem::server

#endif  // STRATAGEM_TESTS_SERVER_WIRE_PACK_H_
