// What a response says of its call, in the page's own words.

import { shortName } from "./names.js";

const FAILED = {
  CALL_ERROR_NOT_SENT: "nodedown",
  CALL_ERROR_NODE_DOWN: "nodedown",
  CALL_ERROR_TIMEOUT: "timeout",
  CALL_ERROR_BUSY: "busy",
  CALL_ERROR_FORBIDDEN: "forbidden",
};
const NOT_RUN = new Set(["CALL_ERROR_NOT_SENT", "CALL_ERROR_BUSY", "CALL_ERROR_FORBIDDEN"]);
const STEPS = ["queue", "parse", "pick", "link", "run", "print", "wait", "total"];

/** `ms`: between sending and receiving, on this page's clock. Its own time is without waiting behind others. */
export function readCall(command, run, ms) {
  const trace = run.trace ?? {};
  const us = Object.fromEntries(STEPS.map((step) => [step, trace.microseconds?.[step] ?? 0]));
  us.wire = Math.max(0, ms * 1000 - us.total);
  const answered = trace.answered ?? trace.asked ?? {};
  const tries = (trace.attempts ?? []).map((attempt) => ({ node: short(attempt.node), bad: attempt.callError !== undefined }));
  return {
    command,
    reply: run.reply ?? "",
    outcome: outcomeOf(run),
    ran: !NOT_RUN.has(run.callError),
    asked: short(trace.asked),
    askedName: trace.asked?.name ?? "",
    answered: short(answered),
    answeredName: answered.name ?? "",
    picked: tries.length > 0 && answered !== trace.asked ? short(answered) : "",
    traceId: trace.traceId ?? "",
    tries,
    us,
    own: us.total - us.queue,
  };
}

function outcomeOf(run) {
  if (run.echoed) return "echo";
  if (run.callError !== undefined) return FAILED[run.callError];
  if (run.parseError !== undefined) return "syntax";
  return run.failure === undefined ? "value" : "failure";
}

const short = (boot) => boot?.shortName || shortName(boot?.name ?? "");
