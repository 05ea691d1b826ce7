// Port 50051, as a user of `@grpc/grpc-js` speaks to it: node grpc.mjs ADDRESS NODE_A NODE_B
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { promisify } from 'node:util'
import grpc from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import health from 'grpc-health-check'
import { address, contract, nodeA, nodeB, run } from './checks.mjs'

const FILES = ['console', 'node', 'rpc'].map((name) => `erlang_docker/v1/${name}.proto`)
const AS_WRITTEN = { keepCase: true, enums: String, longs: Number, defaults: true, oneofs: true }
const loaded = loadSync(FILES, { includeDirs: ['proto'], ...AS_WRITTEN })
const { ConsoleService, NodeService, RpcService } = grpc.loadPackageDefinition(loaded).erlang_docker.v1
const Health = grpc.makeGenericClientConstructor(health.service)
const SERVING = 'SERVING'

/** A service's methods, as promises. */
function stub(Service, options) {
  const client = new Service(address, grpc.credentials.createInsecure(), options)
  return (method, request, ...rest) => promisify(client[method].bind(client))(request, ...rest)
}

const node = stub(NodeService)
const commands = stub(ConsoleService)
const command = (text, ...rest) => commands('Run', { command: text }, ...rest)
const says = async (text, reply) => assert.equal((await command(text)).reply, reply)
const refused = (call, status) => assert.rejects(call, { code: grpc.status[status] })

async function watched(service) {
  const client = new Health(address, grpc.credentials.createInsecure())
  const watch = client.watch({ service })
  const [{ status }] = await once(watch, 'data')
  watch.cancel()
  const [error] = await once(watch, 'error')
  assert.equal(error.code, grpc.status.CANCELLED)
  return status
}

await run('@grpc/grpc-js', {
  async contract() {
    for (const { send, receive } of contract) await says(send, receive)
  },
  async 'Chinese text'() {
    await says('你好，世界', '你好，世界')
    await says('mfa string:length("你好")', '2')
  },
  async '60 KiB'() {
    const text = '世'.repeat(20 << 10)
    await says(text, text)
  },
  async 'more than 64 KiB'() {
    const { reply, outcome } = await command('x'.repeat((64 << 10) + 1))
    assert.deepEqual([reply, outcome], ['{error,{limit,text_bytes,65536}}', 'parse_error'])
  },
  async 'a value'() {
    const { outcome, value } = await command('mfa lists:seq(-1,3,2)')
    assert.deepEqual([outcome, value.composite], ['value', 'COMPOSITE_LIST'])
    assert.deepEqual(value.items.map(({ integer }) => integer), [-1, 1, 3])
  },
  async 'a failure'() {
    const { outcome, failure } = await command('rpc erlang:throw(boom)')
    assert.deepEqual([outcome, failure.failure_class], ['failure', 'FAILURE_CLASS_THROW'])
    assert.equal(failure.reason.atom, 'boom')
  },
  async 'no call'() {
    assert.equal((await command('mfa nobody')).outcome, 'parse_error')
  },
  async 'a call without an answer'() {
    const { reply, call_error } = await command('rpc timer:sleep(60000)')
    assert.deepEqual([reply, call_error], ['{badrpc,timeout}', 'CALL_ERROR_TIMEOUT'])
  },
  async 'what a call tells'() {
    const { trace } = await command('rpc timer:sleep(20)')
    const { run, total } = trace.microseconds
    assert.deepEqual([trace.asked.name, trace.answered.name, trace.attempts.length], [nodeA, nodeB, 1])
    assert.ok(run >= 20_000 && total > run)
  },
  async WatchCluster() {
    const watch = new NodeService(address, grpc.credentials.createInsecure()).WatchCluster({})
    const [{ nodes, seen_by }] = await once(watch, 'data')
    watch.cancel()
    const [error] = await once(watch, 'error')
    assert.equal(error.code, grpc.status.CANCELLED)
    assert.ok(nodes.some(({ name, short_name }) => name === nodeA && short_name === seen_by))
  },
  async GetNode() {
    const { name, kind, state } = await node('GetNode', {})
    assert.deepEqual([name, kind, state], [nodeA, 'NODE_KIND_A', 'NODE_STATE_READY'])
  },
  async ListPeers() {
    await command('rpc erlang:node()')
    const { peers } = await node('ListPeers', {})
    assert.deepEqual(peers.map(({ name }) => name), [nodeB])
  },
  async ListFunctions() {
    const { functions } = await node('ListFunctions', {})
    const seq = functions.find(({ module, name, arity }) => module === 'lists' && name === 'seq' && arity === 2)
    assert.equal((await command(`mfa ${seq.example}`)).outcome, 'value')
  },
  async 'Health.Check'() {
    const check = stub(Health)
    assert.equal((await check('check', { service: '' })).status, SERVING)
    assert.equal((await check('check', { service: 'erlang_docker.v1.ConsoleService' })).status, SERVING)
    await refused(check('check', { service: 'nobody' }), 'NOT_FOUND')
  },
  async 'Health.Watch'() {
    assert.equal(await watched(''), SERVING)
    assert.equal(await watched('nobody'), 'SERVICE_UNKNOWN')
  },
  async 'a deadline'() {
    const options = { deadline: Date.now() + 200 }
    await refused(command('mfa timer:sleep(3000)', new grpc.Metadata(), options), 'DEADLINE_EXCEEDED')
    await says('node', nodeA)
  },
  async 'a cancelled call'() {
    const client = new ConsoleService(address, grpc.credentials.createInsecure())
    await refused(
      new Promise((_, reject) => {
        const call = client.Run({ command: 'mfa timer:sleep(3000)' }, reject)
        setTimeout(() => call.cancel(), 200)
      }),
      'CANCELLED',
    )
    await says('node', nodeA)
  },
  async '100 calls at once on one channel'() {
    const numbers = [...Array(100).keys()]
    const replies = await Promise.all(numbers.map((number) => command(`rpc erlang:abs(-${number})`)))
    assert.deepEqual(replies.map(({ reply }) => Number(reply)), numbers)
  },
  async gzip() {
    const options = { 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip }
    const text = 'x'.repeat(60 << 10)
    assert.equal((await stub(ConsoleService, options)('Run', { command: text })).reply, text)
  },
  async 'a message of 5 MiB'() {
    await refused(command('x'.repeat(5 << 20)), 'RESOURCE_EXHAUSTED')
    await says('node', nodeA)
  },
  async 'a call between nodes without the proof'() {
    await refused(stub(RpcService)('Call', { module: 'erlang', function: 'node' }), 'UNAUTHENTICATED')
  },
  async 'a method that is not there'() {
    const path = '/erlang_docker.v1.ConsoleService/Stop'
    const Stop = grpc.makeGenericClientConstructor({ Stop: { ...ConsoleService.service.Run, path } })
    await refused(stub(Stop)('Stop', {}), 'UNIMPLEMENTED')
  },
})
