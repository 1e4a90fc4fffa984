package dev.latchkey.tenancy.endpoint;

import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.proto.tenancy.v1.CreateEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.CreateEnvironmentResponse;
import dev.latchkey.proto.tenancy.v1.DeleteEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.DeleteEnvironmentResponse;
import dev.latchkey.proto.tenancy.v1.EnvironmentServiceGrpc;
import dev.latchkey.proto.tenancy.v1.GetEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.GetEnvironmentResponse;
import dev.latchkey.proto.tenancy.v1.ListEnvironmentsRequest;
import dev.latchkey.proto.tenancy.v1.ListEnvironmentsResponse;
import dev.latchkey.proto.tenancy.v1.ResumeEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.ResumeEnvironmentResponse;
import dev.latchkey.proto.tenancy.v1.SuspendEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.SuspendEnvironmentResponse;
import dev.latchkey.proto.tenancy.v1.UpdateEnvironmentRequest;
import dev.latchkey.proto.tenancy.v1.UpdateEnvironmentResponse;
import dev.latchkey.tenancy.node.Level;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;

/** The calls on environments. */
@Singleton
final class EnvironmentEndpoint extends EnvironmentServiceGrpc.EnvironmentServiceImplBase
    implements ManagementEndpoint {
  private final NodeCalls calls;

  EnvironmentEndpoint(NodeCalls calls) {
    this.calls = calls;
  }

  @Override
  public void createEnvironment(
      CreateEnvironmentRequest request, StreamObserver<CreateEnvironmentResponse> out) {
    calls.create(Level.ENVIRONMENT, request, CreateEnvironmentResponse.getDefaultInstance(), out);
  }

  @Override
  public void getEnvironment(
      GetEnvironmentRequest request, StreamObserver<GetEnvironmentResponse> out) {
    calls.get(Level.ENVIRONMENT, request, GetEnvironmentResponse.getDefaultInstance(), out);
  }

  @Override
  public void listEnvironments(
      ListEnvironmentsRequest request, StreamObserver<ListEnvironmentsResponse> out) {
    calls.list(Level.ENVIRONMENT, request, ListEnvironmentsResponse.getDefaultInstance(), out);
  }

  @Override
  public void updateEnvironment(
      UpdateEnvironmentRequest request, StreamObserver<UpdateEnvironmentResponse> out) {
    calls.update(Level.ENVIRONMENT, request, UpdateEnvironmentResponse.getDefaultInstance(), out);
  }

  @Override
  public void suspendEnvironment(
      SuspendEnvironmentRequest request, StreamObserver<SuspendEnvironmentResponse> out) {
    calls.suspend(Level.ENVIRONMENT, request, SuspendEnvironmentResponse.getDefaultInstance(), out);
  }

  @Override
  public void resumeEnvironment(
      ResumeEnvironmentRequest request, StreamObserver<ResumeEnvironmentResponse> out) {
    calls.resume(Level.ENVIRONMENT, request, ResumeEnvironmentResponse.getDefaultInstance(), out);
  }

  @Override
  public void deleteEnvironment(
      DeleteEnvironmentRequest request, StreamObserver<DeleteEnvironmentResponse> out) {
    calls.delete(Level.ENVIRONMENT, request, DeleteEnvironmentResponse.getDefaultInstance(), out);
  }
}
