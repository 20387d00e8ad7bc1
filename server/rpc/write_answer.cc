#include "server/rpc/write_answer.h"

#include "engine/decide/explain.h"
#include "engine/decide/present.h"
#include "server/rpc/write_decision.h"
#include "server/rpc/write_explanation.h"

namespace stratagem::server {

void WriteAnswer(const plan::Plan& plan, decide::Workspace& workspace,
                 v1::ExplainLevel explain, v1::Decision& decision) {
  const trace::DecisionRecord& record = workspace.record();
  WriteDecision(record, explain, decision);
  WritePresentation(plan, record, decision);
  if (explain != v1::EXPLAIN_LEVEL_FULL) return;
  const trace::Explanation explanation = decide::Explain(plan, workspace);
  v1::FullExplanation& full = *decision.mutable_explanation()->mutable_full();
  WriteFullExplanation(explanation, full);
  full.set_text(decide::ExplainInWords(plan, record, explanation));
}

}  // namespace stratagem::server
