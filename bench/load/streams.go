package main

import (
	"bytes"
	"encoding/binary"
	"time"
)

// The types and flags of HTTP/2 frames (RFC 9113, section 6) that are met here.
const (
	typeData, typeHeaders, typeReset, typeSettings, typePing, typeGoAway = 0, 1, 3, 4, 6, 7
	flagEnd, flagAck, flagWhole                                          = 1, 1, 4
	maxStreams                                                           = 100
)

// streams is gRPC: as many calls at once as the node takes on a connection, and answers in any order.
type streams struct {
	wire
	headers, data []byte
	last          uint32
	open          map[uint32]*stream
}

type stream struct {
	due    time.Time
	answer []byte
}

func newStreams(fd int, command, timeout string) *streams {
	s := &streams{wire: newWire(fd), headers: runHeaders(timeout), open: map[uint32]*stream{}}
	message := append([]byte{0x0a, byte(len(command))}, command...)
	s.data = append([]byte{0, 0, 0, 0, byte(len(message))}, message...)
	s.send([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
	s.send(frame(typeSettings, 0, 0, nil))
	s.send(frame(8, 0, 0, []byte{0x3f, 0, 0, 0})) // WINDOW_UPDATE: answers of a gigabyte
	return s
}

// runHeaders are those of a call of ConsoleService.Run, as literals without an index: the same bytes serve every call.
func runHeaders(timeout string) []byte {
	headers := []byte{0x83, 0x86} // POST, http
	pairs := [][2]string{{":path", "/erlang_docker.v1.ConsoleService/Run"}, {":authority", "localhost"},
		{"content-type", "application/grpc"}, {"te", "trailers"}}
	if timeout != "" {
		pairs = append(pairs, [2]string{"grpc-timeout", timeout})
	}
	for _, pair := range pairs {
		headers = append(headers, 0)
		for _, text := range pair {
			headers = append(append(headers, byte(len(text))), text...)
		}
	}
	return headers
}

func frame(kind, flags byte, id uint32, payload []byte) []byte {
	head := []byte{0, byte(len(payload) >> 8), byte(len(payload)), kind, flags}
	return append(binary.BigEndian.AppendUint32(head, id), payload...)
}

func (s *streams) ask(due time.Time) bool {
	if len(s.open) >= maxStreams {
		return false
	}
	s.last = max(1, s.last+2) | 1
	s.open[s.last] = &stream{due: due}
	s.send(append(frame(typeHeaders, flagWhole, s.last, s.headers), frame(typeData, flagEnd, s.last, s.data)...))
	return true
}

func (s *streams) receive(answered func(time.Time, []byte)) {
	s.read()
	for len(s.got) >= 9 {
		size := 9 + int(s.got[0])<<16 + int(s.got[1])<<8 + int(s.got[2])
		if len(s.got) < size {
			return
		}
		whole := s.got[:size]
		s.got = s.got[size:]
		s.frame(whole[3], whole[4], binary.BigEndian.Uint32(whole[5:]), whole[9:], answered)
	}
}

func (s *streams) frame(kind, flags byte, id uint32, payload []byte, answered func(time.Time, []byte)) {
	switch stream := s.open[id]; {
	case kind == typeGoAway:
		fail("the node ends the connection: %q", payload)
	case (kind == typeSettings || kind == typePing) && flags&flagAck == 0:
		if kind == typeSettings {
			payload = nil
		}
		s.send(frame(kind, flagAck, 0, payload))
	case stream == nil:
	case kind == typeData:
		stream.answer = append(stream.answer, payload...)
	case kind == typeReset || kind == typeHeaders && flags&flagEnd != 0:
		delete(s.open, id)
		// A call that failed has its status in its headers, in letters that happen to be readable.
		answered(stream.due, bytes.Join([][]byte{stream.answer, payload}, nil))
	}
}
