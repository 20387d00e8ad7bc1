// What must hold for the Connect client of npm, unchanged: unary calls in both
// codecs, GET, errors with their details, deadlines, a stream that is followed
// and left.
//
// usage: node call_services.mjs HTTP_ADDRESS DESCRIPTOR_SET

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { compressionGzip, createConnectTransport } from "@connectrpc/connect-node";

const [address, descriptors] = process.argv.slice(2);
const registry = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)),
);
const service = (name) => registry.getService(`stratagem.v1.${name}`);
const clientOf = (name, options) =>
  createClient(
    service(name),
    createConnectTransport({ baseUrl: `http://${address}`, httpVersion: "1.1", ...options }),
  );

const attribute = (name, kind, value) => ({ name, value: { kind: { case: kind, value } } });
const facts = [
  attribute("orders_total", "intValue", 7n),
  attribute("monetary_36m", "doubleValue", 2400),
  attribute("recency_days", "intValue", 20n),
  attribute("tenure_days", "intValue", 800n),
];

async function failure(call) {
  try {
    await call;
  } catch (error) {
    return ConnectError.from(error);
  }
  assert.fail("the call succeeded");
}

const codecs = {
  json: { useBinaryFormat: false },
  binary: { useBinaryFormat: true },
  "binary, gzip both ways": {
    useBinaryFormat: true,
    sendCompression: compressionGzip,
    acceptCompression: [compressionGzip],
    compressMinBytes: 0,
  },
};

for (const [codec, options] of Object.entries(codecs)) {
  const decisions = clientOf("DecisionService", options);
  const insight = clientOf("InsightService", { ...options, useHttpGet: true });

  const { decision } = await decisions.decide({
    customerId: "c-1", attributes: facts, placements: ["app_feed"],
  });
  assert.equal(decision.pack.name, "retail", codec);
  assert.ok(decision.placements[0].slots.length > 0, codec);

  const batch = await decisions.batchDecide({
    requests: Array.from({ length: 50 }, (_, i) => ({ customerId: `b-${i}`, attributes: facts })),
  });
  assert.equal(batch.results.length, 50, codec);

  // Over GET, as it has no side effects.
  const kept = await insight.getDecision({ decisionId: decision.decisionId });
  assert.equal(kept.entry.decision.decisionId, decision.decisionId, codec);

  const refused = await failure(decisions.decide({ customerId: "" }));
  assert.equal(refused.code, Code.InvalidArgument, codec);
  const [info] = refused.findDetails(registry.getMessage("google.rpc.ErrorInfo"));
  assert.equal(info.reason, "ERROR_REASON_MISSING_FIELD", codec);
  const [bad] = refused.findDetails(registry.getMessage("google.rpc.BadRequest"));
  assert.equal(bad.fieldViolations[0].field, "customer_id", codec);

  const missing = await failure(insight.getDecision({ decisionId: "nowhere.1.1" }));
  assert.equal(missing.code, Code.NotFound, codec);

  // Follows the log from its start and leaves it, which cancels the call.
  const seen = [];
  for await (const answer of insight.followDecisions({ afterSequence: 0n })) {
    seen.push(answer);
    if (seen.length === 3) break;
  }
  assert.equal(seen.length, 3, codec);

  // A stream that never ends by itself ends at its deadline.
  const late = await failure((async () => {
    for await (const _ of insight.followDecisions({}, { timeoutMs: 100 }));
  })());
  assert.equal(late.code, Code.DeadlineExceeded, codec);
}

const imported = await failure(
  clientOf("ProfileService", { useBinaryFormat: true }).importProfiles(
    (async function* () {
      yield {};
    })(),
  ),
);
assert.equal(imported.code, Code.Unimplemented);

console.log("the Connect client's calls are answered as it expects");
process.exit(0);
