// The page's WebSocket, as a user of `ws` speaks to it: node ws.mjs ADDRESS NODE_A NODE_B
import assert from 'node:assert/strict'
import { once } from 'node:events'
import WebSocket from 'ws'
import { address, contract, nodeA, run } from './checks.mjs'

const connect = (options) => new WebSocket(`ws://${address}/websocket`, options)

async function open() {
  const socket = connect()
  await once(socket, 'open')
  return socket
}

async function reply(socket) {
  const [data, isBinary] = await once(socket, 'message')
  assert.equal(isBinary, false)
  return data.toString()
}

async function ask(socket, command) {
  socket.send(command)
  return reply(socket)
}

async function closed(socket) {
  const [code, reason] = await once(socket, 'close')
  return [code, reason.toString()]
}

async function oneAfterAnother(socket) {
  const replies = []
  socket.on('message', (data) => replies.push(Number(data)))
  const commands = Array.from({ length: 100 }, (_, i) => `${i % 10 ? 'mfa' : 'rpc'} erlang:abs(-${i})`)
  commands.forEach((command) => socket.send(command))
  while (replies.length < commands.length) await once(socket, 'message')
  assert.deepEqual(replies, [...commands.keys()])
  socket.close()
}

await run('ws', {
  async contract() {
    const socket = await open()
    for (const { send, receive } of contract) assert.equal(await ask(socket, send), receive)
  },
  async 'Chinese text'() {
    const socket = await open()
    assert.equal(await ask(socket, '你好，世界'), '你好，世界')
    assert.equal(await ask(socket, 'mfa string:length("你好")'), '2')
  },
  async '60 KiB'() {
    const text = '世'.repeat(20 << 10)
    assert.equal(await ask(await open(), text), text)
  },
  async 'more than 64 KiB'() {
    const socket = await open()
    socket.send('x'.repeat((64 << 10) + 1))
    assert.equal((await closed(socket))[0], 1009)
  },
  async 'a message in two frames'() {
    const socket = await open()
    socket.send('no', { fin: false })
    assert.equal(await ask(socket, 'de'), nodeA)
  },
  async 'a binary frame'() {
    const socket = await open()
    socket.send(Buffer.from('node'))
    assert.deepEqual(await closed(socket), [1003, 'commands are text'])
  },
  async 'ping and pong'() {
    const socket = await open()
    socket.ping('still there?')
    assert.equal((await once(socket, 'pong'))[0].toString(), 'still there?')
  },
  async 'close codes'() {
    for (const code of [1000, 1001, 3000, 4999]) {
      const socket = await open()
      socket.close(code, 'bye')
      assert.equal((await closed(socket))[0], code)
    }
  },
  async 'no compression, though it is offered'() {
    assert.equal((await open()).extensions, '')
  },
  async 'another origin'() {
    const [, response] = await once(connect({ origin: 'http://evil.example' }), 'unexpected-response')
    assert.equal(response.statusCode, 403)
  },
  async '20 sockets, 100 commands each, in order'() {
    const sockets = await Promise.all(Array.from({ length: 20 }, open))
    await Promise.all(sockets.map(oneAfterAnother))
  },
})
