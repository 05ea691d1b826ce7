package main

import (
	"bytes"
	"strconv"
	"strings"
	"syscall"
)

// The key of RFC 6455's example; what is answered to it is not this generator's business.
var upgradeRequest = []byte("GET /websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")

// As hackney sends it without its pool: nothing is said of the connection, the client closes it.
var nodeRequest = []byte("POST /node HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
	"Content-Length: 2\r\n\r\n{}")

// upgrade makes a new connection a WebSocket.
func upgrade(fd int) {
	_, err := syscall.Write(fd, upgradeRequest)
	check("upgrade", err)
	var answer []byte
	for buffer := make([]byte, answerBytes); !bytes.HasSuffix(answer, []byte("\r\n\r\n")); {
		n, err := syscall.Read(fd, buffer)
		check("upgrade", err)
		answer = append(answer, buffer[:n]...)
		if n == 0 || !bytes.HasPrefix(answer, []byte("HTTP/1.1 101 ")) {
			fail("no WebSocket: %q", answer)
		}
	}
}

// textFrame is a client's frame, masked with zeros: masking is no part of what is measured, unmasking is the node's work.
func textFrame(text string) []byte {
	frame := []byte{0x81, 0x80 | byte(len(text))}
	if len(text) > 125 {
		frame = []byte{0x81, 0x80 | 126, byte(len(text) >> 8), byte(len(text))}
	}
	return append(append(frame, 0, 0, 0, 0), text...)
}

// frameSize is 0 while the header of a node's frame is not there.
func frameSize(data []byte) int {
	if len(data) < 2 {
		return 0
	}
	if data[0] != 0x81 || data[1] > 126 {
		fail("not a short text frame: %q", data)
	}
	if data[1] < 126 {
		return 2 + int(data[1])
	}
	if len(data) < 4 {
		return 0
	}
	return 4 + int(data[2])<<8 + int(data[3])
}

// responseSize is 0 while the header of an HTTP response is not there.
func responseSize(data []byte) int {
	header, _, whole := bytes.Cut(data, []byte("\r\n\r\n"))
	if !whole {
		return 0
	}
	const name = "\r\ncontent-length: "
	_, rest, found := strings.Cut(strings.ToLower(string(header)), name)
	length, _, _ := strings.Cut(rest, "\r\n")
	n, err := strconv.Atoi(length)
	if !found || err != nil {
		fail("no length: %q", data)
	}
	return len(header) + 4 + n
}
