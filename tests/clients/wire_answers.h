// tests/clients/wire_answers.h
//
// What a fake server answers, in protobuf's text format: one of everything that
// an answer holds.
// SPDX-License-Identifier: Apache-2.0

#ifndef STRATAGEM_TESTS_CLIENTS_WIRE_ANSWERS_H_
#define STRATAGEM_TESTS_CLIENTS_WIRE_ANSWERS_H_

namespace stratagem::cli {

inline constexpr char kDecision[] = R"pb(
  decision_id: "n.1.7"
  position { node_id: "n" epoch: 1 sequence: 7 }
  request_id: "r-1"
  role: DECISION_ROLE_LIVE
  pack { name: "shop" version: "1.0.0" digest: "d" }
  decided_at { seconds: 1763200000 nanos: 500000000 }
  score: 71.25
  coverage: 0.9
  tier: "gold"
  tier_reason: REASON_SCORED
  stage: "new"
  treatments {
    name: "price"
    cell: "loyal"
    reason: REASON_MATRIX_CELL
    fields {
      name: "pct"
      value { double_value: 7.5 }
    }
    fields {
      name: "until"
      value { timestamp_value { seconds: 0 } }
    }
    fields {
      name: "wait"
      value { duration_value { seconds: -1 nanos: -500000000 } }
    }
    fields {
      name: "tags"
      value {
        list_value {
          values { string_value: "a" }
          values { int_value: 3 }
        }
      }
    }
    fields {
      name: "caps"
      value {
        map_value {
          entries {
            name: "x"
            value { bool_value: true }
          }
        }
      }
    }
  }
  placements {
    name: "web"
    channel: "app"
    direction: DIRECTION_INBOUND
    slots {
      offer_id: "gift"
      reason: REASON_RANKED
      score: 58
      selection_probability: 0.25
      labels { name: "accept" text: "预约" }
      labels { name: "decline" text: "暂不" }
      content: "周五会员专场"
      content_locale: "zh"
      action_ref: "crm://event/42"
    }
  }
  degraded: true
  explanation {
    attributes {
      name: "orders"
      value { int_value: 3 }
      source: INPUT_SOURCE_PROFILE
    }
    attributes { name: "last" source: INPUT_SOURCE_ABSENT }
    request {
      name: "channel"
      value { string_value: "web" }
      source: INPUT_SOURCE_DEFAULT
    }
    parameters {
      name: "lever"
      value { double_value: 2 }
    }
    placements {
      placement: "web"
      candidates {
        offer_id: "gift"
        propensity: 0.5
        propensity_given: true
        value: 120
        cost: 2
        lever: 1.2
        context_weight: 1.3
        score: 58
        reason: REASON_RANKED
      }
      exclusions {
        offer_id: "note"
        reason: REASON_GROUP_ELIGIBILITY
        group: "all"
      }
      exclusions {
        offer_id: "odd"
        reason: REASON_GATE_ERROR
        error: EXPRESSION_ERROR_NO_SUCH_KEY
      }
      exclusions {
        offer_id: "poster"
        reason: REASON_MIN_SCORE
        score: 2.5
        score_min: 10
      }
      exclusions {
        offer_id: "raffle"
        reason: REASON_OUTSIDE_VALIDITY
        valid_from { seconds: 1767225600 }
      }
    }
    degradations {
      reason: REASON_INDICATOR_ERROR
      subject: "spend"
      error: EXPRESSION_ERROR_DIVISION_BY_ZERO
    }
    seed: 18446744073709551615
    ignore_levers: true
    hold_before { tier: "gold" }
    hold_after {
      tier: "gold"
      below_since { seconds: 1763000000 }
    }
  }
)pb";

// Added to the answer when a call asks for everything.
inline constexpr char kFull[] = R"pb(
  indicators {
    dimension: "money"
    name: "spend"
    expression: "spend * 2.0"
    weight: 0.75
    value: "320"
    points: 50
  }
  indicators {
    dimension: "money"
    name: "margin"
    expression: "spend / 0.0"
    weight: 0.75
    error: EXPRESSION_ERROR_DIVISION_BY_ZERO
  }
  tier {
    tier: "gold"
    computed: "silver"
    reason: REASON_HELD_TIER
    score: 71.25
    coverage: 0.9
    score_min: 80
    next: "platinum"
    next_score_min: 90
    below_since: "2025-11-13T02:13:20Z"
    downgrade_at: "2026-02-11T02:13:20Z"
    coverage_min: 0.5
  }
  stages {
    name: "lost"
    condition: "last > 365"
    tried: TRIED_FAILED
    why_not {
      condition: "last > 365"
      nearest {
        condition: "last > 365"
        input: "last"
        type: "int"
        would_do: "366"
        bound: BOUND_AT_LEAST
        unit: "days"
      }
    }
  }
  stages { name: "new" tried: TRIED_HELD }
  treatments {
    name: "price"
    cell: "rates.csv:14"
    reason: REASON_TABLE_ROW
    rows { label: "rates.csv:14" condition: "tier: gold | silver" }
    explanation: "as promised"
  }
  placements {
    placement: "web"
    slots_max: 2
    offers {
      offer_id: "gift"
      reason: REASON_RANKED
      gates {
        gate: REASON_OUTSIDE_VALIDITY
        valid_from: "2025-11-10"
        valid_until: "2025-12-24"
        condition { name: "outside_validity" tried: TRIED_HELD }
      }
      factors {
        propensity: 0.5
        propensity_given: true
        value: 120
        cost: 2
        lever: 1
        context_weight: 1.3
        score: 58
        score_min: 1
      }
    }
    offers {
      offer_id: "late"
      reason: REASON_DISTINCT_GROUP
      factors { propensity: 1 value: 3 lever: 1 context_weight: 1 score: 3 }
      lost_to: "gift"
      lost_by: 55
      group: "all"
    }
    offers { offer_id: "twin" reason: REASON_ALREADY_SHOWN shown_in: "desk" }
    offers {
      offer_id: "note"
      reason: REASON_GROUP_ELIGIBILITY
      gates {
        gate: REASON_GROUP_ELIGIBILITY
        group: "all"
        condition {
          name: "group_eligibility"
          condition: "orders >= 4 && channel in ['web', 'call']"
          tried: TRIED_FAILED
          why_not {
            condition: "orders >= 4"
            nearest {
              condition: "orders >= 4"
              input: "orders"
              type: "int"
              found: "3"
              would_do: "4"
              bound: BOUND_AT_LEAST
            }
          }
          why_not {
            condition: "channel in ['web', 'call']"
            nearest {
              condition: "channel in ['web', 'call']"
              input: "request.channel"
              type: "string"
              found: "sms"
              would_do: "web"
              bound: BOUND_EXACTLY
              also: "call"
            }
          }
        }
      }
    }
    offers {
      offer_id: "odd"
      reason: REASON_GATE_ERROR
      error: EXPRESSION_ERROR_NO_SUCH_KEY
      gates {
        gate: REASON_ELIGIBILITY
        condition {
          name: "eligibility"
          condition: "caps.y"
          tried: TRIED_ERROR
          error: EXPRESSION_ERROR_NO_SUCH_KEY
        }
      }
    }
  }
  text: "周五会员专场\n"
)pb";

inline constexpr char kPack[] = R"pb(
  ref { name: "shop" version: "1.0.0" }
  timezone: "Asia/Shanghai"
  in_effect: true
  attributes { name: "orders" type: "int" }
  attributes { name: "spend" type: "double" }
  attributes { name: "city" type: "string" optional: true }
  attributes { name: "since" type: "google.protobuf.Timestamp" optional: true }
  attributes { name: "wait" type: "google.protobuf.Duration" optional: true }
  attributes { name: "tags" type: "list(map(string, bool))" optional: true }
  attributes { name: "member" type: "bool" optional: true }
  request { name: "channel" type: "string" optional: true }
  tiers: "gold"
  stages: "new"
  placements: "web"
  placements: "desk"
)pb";

}  // namespace stratagem::cli

#endif  // STRATAGEM_TESTS_CLIENTS_WIRE_ANSWERS_H_
