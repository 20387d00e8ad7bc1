#include "tests/author/diff_fixture.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "engine/base/check.h"
#include "engine/base/diagnostics.h"
#include "engine/plan/plan.h"

namespace stratagem::author {

const char kDiffPack[] = R"yaml(language: 1
name: shop
version: 1.0.0
description: a shop
timezone: UTC
effective: {from: 2026-01-01}
attributes:
  spend: {type: double, min: 0, unit: EUR}
  city: {type: string, default: here}
  nps: {type: int, optional: true}
request:
  channel: {type: string, values: [web, call], default: web}
constraints:
  - "spend >= 0.0"
parameters:
  depth: {type: double, value: 12, min: 0, max: 25}
variables:
  - {name: margin, expression: "spend * 0.1"}
value:
  dimensions:
    money:
      weight: 0.6
      indicators:
        - {name: spent, expression: "spend", bins: [100, 1000]}
        - {name: rated, expression: "nps", curve: [[0, 0], [10, 100]]}
    talk: {weight: 0.4, indicators: [{name: nps, expression: "nps", bins: [8]}]}
  tiers: [{tier: gold, score_min: 60}, {tier: silver, score_min: 30}, {tier: basic}]
  hold: {downgrade_after: 90d, min_coverage: 0.5}
lifecycle:
  stages: [fresh, loyal, gone]
  match:
    - {condition: "spend == 0.0", stage: fresh}
    - {condition: "spend > 500.0", stage: loyal}
    - {stage: gone}
treatments:
  pricing:
    fields: {pct: {type: double, min: 0, max: 30}}
    default: list
    matrix:
      columns: [fresh, loyal, gone]
      gold:    [list,  nice,  back]
      silver:  [list,  list,  back]
      basic:   [list,  list,  list]
    cells: {list: {pct: 0}, nice: {pct: 5}, back: {pct: {cel: "parameters.depth"}}}
  service:
    fields: {queue: {type: string}, seconds: {type: int}}
    default: {queue: all, seconds: 120}
    table:
      hit: first
      inputs: [tier, request.channel]
      rows:
        - {when: [gold, _], out: {queue: best, seconds: 10}}
        - {when: [silver | basic, call], out: {queue: phone, seconds: 30}}
        - {when: [_, web], out: {queue: chat, seconds: 60}}
  contact:
    fields: {by: {type: string}}
    default: {by: none}
    rule:
      variables:
        - {name: rich, expression: "variables.margin > 10.0"}
      match:
        - {condition: "city == 'here'", output: "{'by': 'visit'}"}
        - condition: "variables.rich"
          rule:
            match:
              - {condition: "stage == 'gone'", output: "{'by': 'call'}"}
              - {output: "{'by': 'mail'}"}
groups:
  all: {eligibility: "spend > 0.0"}
  back: {parent: all, lever_percent: 20}
  loud: {limits: [{count: 9, per: all, period: day}]}
offers:
  - id: coupon
    group: back
    channels: [web, call]
    labels: {accept: {en: "Yes", zh: 好}}
    content: {web: {en: Come back}}
    action_ref: shop://1
    valid: {from: 2026-02-01, until: 2026-03-01}
    applicability: "stage == 'gone'"
    propensity: 0.1
    value: "variables.margin"
    cost: 2
    limits:
      - {count: 1, within: 30d}
      - {count: 4, per: channel, period: total, outcome: accepted, reserve_for: 2h}
  - {id: hello, group: all}
context_weights:
  - {when: "request.channel == 'call'", group: back, weight: 1.5}
placements:
  home: {channel: web, max_offers: 2, distinct: group, groups: [all, back]}
arbitration:
  score: "offer.propensity * offer.value - offer.cost"
  min_score: 0
  explore: {method: softmax, temperature: 0.2, share: 0.1}
contact_policy:
  - {name: fatigue, channels: [web], count: 2, within: 7d}
  - {name: quiet, group: back, between: ["21:00", "09:30"]}
budgets:
  - {name: coupons, groups: [back], amount: 99.50, unit: GBP, period: day}
  - {name: house, amount: 1000000, period: month, charge: presented}
texts:
  eligibility: {en: not for you}
)yaml";

TestPack::TestPack(const std::string& yaml) {
  folder.Write("pack.yaml", yaml);
  Diagnostics diagnostics;
  model = pack::LoadPack(folder.path(), diagnostics);
  STRATAGEM_CHECK(model != nullptr &&
                  plan::CompilePlan(*model, diagnostics) != nullptr);
}

std::string Edited(const std::string& from, const std::string& to) {
  std::string text = kDiffPack;
  STRATAGEM_CHECK(absl::StrReplaceAll({{from, to}}, &text) > 0);
  return text;
}

std::string LineOf(const Change& change) {
  const char* const words[] = {"added", "removed", "changed", "moved"};
  return absl::StrCat(words[static_cast<size_t>(change.kind)], " ",
                      absl::StrJoin(change.path, "/"), ": ", change.before,
                      " -> ", change.after);
}

std::vector<std::string> LinesOf(const std::string& before,
                                 const std::string& after) {
  std::vector<std::string> lines;
  const TestPack a(before);
  const TestPack b(after);
  for (const Change& change : Diff(*a.model, *b.model)) {
    lines.push_back(LineOf(change));
  }
  return lines;
}

}  // namespace stratagem::author
