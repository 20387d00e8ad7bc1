// Explanations in Chinese.

#include "engine/trace/wording.h"

namespace stratagem::trace {
namespace {

absl::string_view ReasonText(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return "无需说明";
    case Reason::kScored:
      return "得分 {score}（满分 100）";
    case Reason::kFloorTier:
      return "没有可用于评分的信息，因此为最低等级";
    case Reason::kMatrixCell:
      return "{cell}（等级 {tier}，阶段 {stage}）";
    case Reason::kDefault:
      return "默认值";
    case Reason::kRanked:
      return "按得分选出（{score}）";
    case Reason::kFallback:
      return "没有其他合适的内容，因此展示";
    case Reason::kRuleItem:
      return "{explanation}";
    case Reason::kNoRuleItem:
      return "没有规则适用，取默认值";
    case Reason::kTableRow:
      return "{row}";
    case Reason::kNoTableRow:
      return "没有匹配的行，取默认值";
    case Reason::kMandatory:
      return "必须优先展示";
    case Reason::kExplored:
      return "随机试探以积累经验（得分 {score}）";
    case Reason::kHeldTier:
      return "保留原等级：仅按得分 {score} 应为 {computed}；若得分未回升，将于 "
             "{until} 调整";
    case Reason::kLowCoverage:
      return "保留原等级：仅按得分 {score} 应为 {computed}，但目前只掌握 "
             "{coverage} 的信息，降级需要 {coverage_min}";
    case Reason::kOutsideValidity:
      return "仅在{dates}有效";
    case Reason::kGroupEligibility:
      return "不允许（{group} 组）：{needs}";
    case Reason::kGroupApplicability:
      return "目前不合适（{group} 组）：{needs}";
    case Reason::kGroupSuitability:
      return "不适合该客户（{group} 组）：{needs}";
    case Reason::kEligibility:
      return "不允许：{needs}";
    case Reason::kApplicability:
      return "目前不合适：{needs}";
    case Reason::kSuitability:
      return "不适合该客户：{needs}";
    case Reason::kContactPolicy:
      return "受接触规则 {cap} 限制：{window}已有 {amount} 次，上限 "
             "{amount_max} 次{again}";
    case Reason::kLimit:
      return "已达上限：{window}已有 {amount} 次，上限 {amount_max} "
             "次{reserved}{again}";
    case Reason::kBudget:
      return "预算 {cap} 不足以支付 {cost}：{window}已用 {amount}，共 "
             "{amount_max}{reserved}{again}";
    case Reason::kGateError:
      return "条件无法判断（{error}）";
    case Reason::kPropensityError:
      return "接受概率无法计算（{error}）";
    case Reason::kValueError:
      return "收益无法计算（{error}）";
    case Reason::kCostError:
      return "成本无法计算（{error}）";
    case Reason::kScoreError:
      return "得分无法计算（{error}）";
    case Reason::kMinScore:
      return "得分 {score} 低于下限 {score_min}";
    case Reason::kQuietHours:
      return "免打扰时段（{cap}）{again}";
    case Reason::kOfferPaused:
      return "已暂停，需人工恢复";
    case Reason::kPlacementPaused:
      return "该展示位已暂停，需人工恢复";
    case Reason::kOutranked:
      return "不及 {lost_to}{ahead}";
    case Reason::kDistinctGroup:
      return "同属 {group} 的 {lost_to} 已展示";
    case Reason::kAlreadyShown:
      return "已在 {placement} 展示";
    case Reason::kIndicatorError:
      return "{subject} 无法计算（{error}），不计入得分";
    case Reason::kStageConditionError:
      return "阶段 {subject} 的条件无法判断（{error}），视为不成立";
    case Reason::kTreatmentError:
      return "{subject} 无法计算（{error}），取默认值";
    case Reason::kContextWeightError:
      return "{subject} 的条件无法判断（{error}），不加权";
    case Reason::kTableConflict:
      return "多行相互矛盾，取默认值：{row}";
    case Reason::kProfileValue:
      return "存储的 {subject} 不符合要求，视为缺失";
    case Reason::kTimeZoneError:
      return "{subject} 不是时区（{error}），按策略的时区处理";
  }
  return "";
}

absl::string_view PhraseText(Phrase phrase) {
  switch (phrase) {
    case Phrase::kTier:
      return "等级 {tier}：{reason}。";
    case Phrase::kNextTier:
      return "{tier} 需要 {score_min} 分，还差 {missing} 分。";
    case Phrase::kIndicator:
      return "{indicator}：{value}，得 {points} 分（满分 100）。";
    case Phrase::kIndicatorUnknown:
      return "{indicator}：未知，不计入。";
    case Phrase::kStage:
      return "阶段 {stage}：{condition}。";
    case Phrase::kNotStage:
      return "非 {stage}：{needs}。";
    case Phrase::kTreatment:
      return "{treatment}：{fields}；{reason}。";
    case Phrase::kPlacement:
      return "{placement}：";
    case Phrase::kSlot:
      return "{number}. {offer}：{reason}。";
    case Phrase::kNothingShown:
      return "没有可展示的内容。";
    case Phrase::kNotShown:
      return "未展示 {offer}：{reason}。";
    case Phrase::kMoreOffers:
      return "另有 {count} 项未展示。";
    case Phrase::kProblem:
      return "问题：{reason}。";
    case Phrase::kLastStage:
      return "其余条件均不成立";
    case Phrase::kAhead:
      return "（相差 {lost_by}）";
    case Phrase::kValidFrom:
      return " {from} 起";
    case Phrase::kValidUntil:
      return " {until} 之前";
    case Phrase::kValidBetween:
      return " {from} 至 {until} 之间";
    case Phrase::kWithinDays:
      return "{count} 天内";
    case Phrase::kWithinHours:
      return "{count} 小时内";
    case Phrase::kWithinMinutes:
      return "{count} 分钟内";
    case Phrase::kWithinSeconds:
      return "{count} 秒内";
    case Phrase::kThisHour:
      return "本小时内";
    case Phrase::kToday:
      return "今天";
    case Phrase::kThisWeek:
      return "本周";
    case Phrase::kThisMonth:
      return "本月";
    case Phrase::kInAll:
      return "累计";
    case Phrase::kAgain:
      return "；{opens_at} 起可再展示";
    case Phrase::kOnlyReserved:
      return "（其中 {count} 仅为预留）";
    case Phrase::kNotBecause:
      return "`{condition}` 不成立";
    case Phrase::kUnknownValue:
      return "未知";
    case Phrase::kWouldDo:
      return "{input} 为 {found}，如为 {would_do} 即可";
    case Phrase::kMoreWouldDo:
      return "{input} 为 {found}，超过 {would_do} 即可";
    case Phrase::kLessWouldDo:
      return "{input} 为 {found}，低于 {would_do} 即可";
    case Phrase::kAfterWouldDo:
      return "{input} 为 {found}，晚于 {would_do} 即可";
    case Phrase::kBeforeWouldDo:
      return "{input} 为 {found}，早于 {would_do} 即可";
    case Phrase::kAnyWouldDo:
      return "{input} {found}，有值即可";
    case Phrase::kAbsentWouldDo:
      return "{input} 为 {found}，需为未知";
    case Phrase::kWithUnit:
      return "{value} {unit}";
    case Phrase::kPercent:
      return "{value}%";
    case Phrase::kOrValue:
      return "或";
    case Phrase::kOr:
      return "；或者 ";
    case Phrase::kAnd:
      return "；并且 ";
    case Phrase::kComma:
      return "，";
    case Phrase::kYes:
      return "是";
    case Phrase::kNo:
      return "否";
    case Phrase::kClock:
      return "当前时间";
  }
  return "";
}

absl::string_view ErrorText(ErrorCode error) {
  switch (error) {
    case ErrorCode::kNone:
      return "无错误";
    case ErrorCode::kOverflow:
      return "数值溢出";
    case ErrorCode::kDivisionByZero:
      return "除数为零";
    case ErrorCode::kNoSuchKey:
      return "键不存在";
    case ErrorCode::kNoSuchField:
      return "字段不存在";
    case ErrorCode::kIndexOutOfRange:
      return "索引越界";
    case ErrorCode::kNoMatchingOverload:
      return "类型不匹配";
    case ErrorCode::kInvalidArgument:
      return "参数无效";
    case ErrorCode::kNoValue:
      return "缺少取值";
    case ErrorCode::kStepLimit:
      return "步数超限";
    case ErrorCode::kMemoryLimit:
      return "内存超限";
    case ErrorCode::kNotFinite:
      return "不是有限数";
    case ErrorCode::kOutOfRange:
      return "超出允许范围";
    case ErrorCode::kDuplicateKey:
      return "键重复";
    case ErrorCode::kRegularExpressionLimit:
      return "正则表达式过大";
  }
  return "";
}

}  // namespace

const Wording kChineseWording = {"zh",       ",",        ".",
                                 ReasonText, PhraseText, ErrorText};

}  // namespace stratagem::trace
