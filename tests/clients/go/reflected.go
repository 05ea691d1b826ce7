package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

type object = map[string]any

// reflected calls methods that are known only by what the node says of them.
type reflected struct {
	conn *grpc.ClientConn
}

// ask sends one question to grpc.reflection.v1.
func (r *reflected) ask(ctx context.Context, question *grpc_reflection_v1.ServerReflectionRequest) (
	*grpc_reflection_v1.ServerReflectionResponse, error,
) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := grpc_reflection_v1.NewServerReflectionClient(r.conn).ServerReflectionInfo(ctx)
	if err != nil {
		return nil, err
	}
	// io.EOF says that the stream has ended; why, Recv tells.
	if err := stream.Send(question); err != nil && err != io.EOF {
		return nil, err
	}
	return stream.Recv()
}

// service asks for the descriptor of one.
func (r *reflected) service(ctx context.Context, name string) (protoreflect.ServiceDescriptor, error) {
	symbol := &grpc_reflection_v1.ServerReflectionRequest_FileContainingSymbol{FileContainingSymbol: name}
	answer, err := r.ask(ctx, &grpc_reflection_v1.ServerReflectionRequest{MessageRequest: symbol})
	if err != nil {
		return nil, err
	}
	set := &descriptorpb.FileDescriptorSet{}
	for _, content := range answer.GetFileDescriptorResponse().GetFileDescriptorProto() {
		file := &descriptorpb.FileDescriptorProto{}
		if err := proto.Unmarshal(content, file); err != nil {
			return nil, err
		}
		set.File = append(set.File, file)
	}
	files, err := protodesc.NewFiles(set)
	if err != nil {
		return nil, err
	}
	found, err := files.FindDescriptorByName(protoreflect.FullName(name))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return found.(protoreflect.ServiceDescriptor), nil
}

// call sends and receives JSON, as grpcurl does.
func (r *reflected) call(ctx context.Context, service, method string, request object, options ...grpc.CallOption) (
	object, error,
) {
	described, err := r.service(ctx, service)
	if err != nil {
		return nil, err
	}
	types := described.Methods().ByName(protoreflect.Name(method))
	sent, received := dynamicpb.NewMessage(types.Input()), dynamicpb.NewMessage(types.Output())
	text, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	if err := protojson.Unmarshal(text, sent); err != nil {
		return nil, err
	}
	if err := r.conn.Invoke(ctx, fmt.Sprintf("/%s/%s", service, method), sent, received, options...); err != nil {
		return nil, err
	}
	if text, err = protojson.Marshal(received); err != nil {
		return nil, err
	}
	answer := object{}
	return answer, json.Unmarshal(text, &answer)
}
