// Port 50051, by a client whose types are generated from proto/: node connect.js ADDRESS NODE_A NODE_B
import assert from 'node:assert/strict'
import { Code, ConnectError, createClient } from '@connectrpc/connect'
import { createGrpcTransport } from '@connectrpc/connect-node'
import { address, contract, nodeA, nodeB, run } from './checks.mjs'
import { ConsoleService, CallError } from './erlang_docker/v1/console_pb.js'
import { NodeKind, NodeService, NodeState } from './erlang_docker/v1/node_pb.js'
import { RpcService } from './erlang_docker/v1/rpc_pb.js'
import { ErrorInfoSchema } from './google/rpc/error_details_pb.js'

const transport = createGrpcTransport({ baseUrl: `http://${address}` })
const console = createClient(ConsoleService, transport)
const node = createClient(NodeService, transport)

/** The status and the reason that a refused call has. */
async function refusal(call: Promise<unknown>): Promise<[Code, string[]]> {
  const error = await call.then(() => assert.fail('it was answered'), ConnectError.from)
  return [error.code, error.findDetails(ErrorInfoSchema).map(({ domain, reason }) => `${domain} ${reason}`)]
}

await run('@connectrpc/connect', {
  async contract() {
    for (const { send, receive } of contract) assert.equal((await console.run({ command: send })).reply, receive)
  },
  async 'a value'() {
    const { outcome } = await console.run({ command: 'mfa lists:seq(-1,3,2)' })
    assert.ok(outcome.case === 'value')
    assert.deepEqual(outcome.value.items.map(({ value }) => value.value), [-1n, 1n, 3n])
  },
  async 'a failure'() {
    const { outcome } = await console.run({ command: 'rpc erlang:throw(boom)' })
    assert.ok(outcome.case === 'failure')
    assert.equal(outcome.value.reason?.value.value, 'boom')
  },
  async 'a call without an answer'() {
    const { outcome } = await console.run({ command: 'rpc timer:sleep(60000)' })
    assert.deepEqual([outcome.case, outcome.value], ['callError', CallError.TIMEOUT])
  },
  async 'what a call tells'() {
    const { trace } = await console.run({ command: 'rpc timer:sleep(20)' })
    assert.deepEqual([trace?.asked?.name, trace?.answered?.name, trace?.attempts.length], [nodeA, nodeB, 1])
    assert.ok((trace?.microseconds?.run ?? 0) >= 20_000)
  },
  async GetNode() {
    const { name, kind, state } = await node.getNode({})
    assert.deepEqual([name, kind, state], [nodeA, NodeKind.A, NodeState.READY])
  },
  async WatchCluster() {
    for await (const { nodes, seenBy } of node.watchCluster({})) {
      assert.ok(nodes.some(({ name, shortName }) => name === nodeA && shortName === seenBy))
      return
    }
  },
  async 'a page that is none'() {
    const refused = await refusal(node.listFunctions({ pageSize: -1 }))
    assert.deepEqual(refused, [Code.InvalidArgument, ['erlang-docker PAGE_INVALID']])
  },
  async 'a call between nodes without the proof'() {
    const refused = await refusal(createClient(RpcService, transport).call({ module: 'erlang', function: 'node' }))
    assert.deepEqual(refused, [Code.Unauthenticated, ['erlang-docker PROOF_REFUSED']])
  },
})
