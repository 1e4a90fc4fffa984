package dev.latchkey.harness.reflection;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A service as its server describes it, and calls of it without generated code. */
final class ReflectedService {
  private static final long LIMIT_SECONDS = 20;

  private final Channel channel;
  private final CallCredentials credentials;
  private final ServiceDescriptor service;

  /**
   * Asks a server for the description of one of its services.
   *
   * @param name the full name of the service
   */
  ReflectedService(Channel channel, CallCredentials credentials, String name) {
    this.channel = channel;
    this.credentials = credentials;
    FileDescriptor file = describe(name);
    ServiceDescriptor found = file.findServiceByName(name.substring(name.lastIndexOf('.') + 1));
    if (found == null) {
      throw new IllegalStateException("the server does not describe " + name);
    }
    this.service = found;
  }

  /** An empty request of a call, to be filled in by field name. */
  DynamicMessage.Builder request(String call) {
    return DynamicMessage.newBuilder(method(call).getInputType());
  }

  /** Makes a unary call. */
  DynamicMessage call(String call, DynamicMessage request) {
    MethodDescriptor method = method(call);
    return ClientCalls.blockingUnaryCall(
        channel,
        io.grpc.MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
            .setType(MethodType.UNARY)
            .setFullMethodName(service.getFullName() + "/" + call)
            .setRequestMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())))
            .setResponseMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
            .build(),
        CallOptions.DEFAULT
            .withCallCredentials(credentials)
            .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS),
        request);
  }

  private MethodDescriptor method(String call) {
    MethodDescriptor method = service.findMethodByName(call);
    if (method == null) {
      throw new IllegalStateException(service.getFullName() + " has no call " + call);
    }
    return method;
  }

  /** Sets a field by its name. */
  static void set(DynamicMessage.Builder message, String field, Object value) {
    Descriptor type = message.getDescriptorForType();
    message.setField(type.findFieldByName(field), value);
  }

  /** Reads a field by its name. */
  static Object get(DynamicMessage message, String field) {
    return message.getField(message.getDescriptorForType().findFieldByName(field));
  }

  private FileDescriptor describe(String symbol) {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> question =
        ServerReflectionGrpc.newStub(channel)
            .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable thrown) {
                    answer.completeExceptionally(thrown);
                  }

                  @Override
                  public void onCompleted() {
                    answer.completeExceptionally(new IllegalStateException("no answer"));
                  }
                });
    question.onNext(ServerReflectionRequest.newBuilder().setFileContainingSymbol(symbol).build());
    ServerReflectionResponse response = answer.join();
    question.onCompleted();
    return link(response.getFileDescriptorResponse().getFileDescriptorProtoList());
  }

  /** Links the files a server sent; the first is the one that was asked for. */
  private static FileDescriptor link(List<ByteString> files) {
    try {
      Map<String, FileDescriptorProto> byName = new HashMap<>();
      String wanted = FileDescriptorProto.parseFrom(files.getFirst()).getName();
      for (ByteString file : files) {
        FileDescriptorProto parsed = FileDescriptorProto.parseFrom(file);
        byName.put(parsed.getName(), parsed);
      }
      return link(wanted, byName, new HashMap<>());
    } catch (InvalidProtocolBufferException | DescriptorValidationException e) {
      throw new IllegalStateException("the server's description does not hold together", e);
    }
  }

  private static FileDescriptor link(
      String name, Map<String, FileDescriptorProto> files, Map<String, FileDescriptor> linked)
      throws DescriptorValidationException {
    FileDescriptor known = linked.get(name);
    if (known != null) {
      return known;
    }
    FileDescriptorProto file = files.get(name);
    if (file == null) {
      throw new IllegalStateException("the server left out " + name);
    }
    FileDescriptor[] imports = new FileDescriptor[file.getDependencyCount()];
    for (int i = 0; i < imports.length; i++) {
      imports[i] = link(file.getDependency(i), files, linked);
    }
    FileDescriptor built = FileDescriptor.buildFrom(file, imports);
    linked.put(name, built);
    return built;
  }
}
