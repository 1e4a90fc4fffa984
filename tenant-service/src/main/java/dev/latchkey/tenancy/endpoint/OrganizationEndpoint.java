package dev.latchkey.tenancy.endpoint;

import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.proto.tenancy.v1.CreateOrganizationRequest;
import dev.latchkey.proto.tenancy.v1.CreateOrganizationResponse;
import dev.latchkey.proto.tenancy.v1.DeleteOrganizationRequest;
import dev.latchkey.proto.tenancy.v1.DeleteOrganizationResponse;
import dev.latchkey.proto.tenancy.v1.GetOrganizationRequest;
import dev.latchkey.proto.tenancy.v1.GetOrganizationResponse;
import dev.latchkey.proto.tenancy.v1.ListOrganizationsRequest;
import dev.latchkey.proto.tenancy.v1.ListOrganizationsResponse;
import dev.latchkey.proto.tenancy.v1.OrganizationServiceGrpc;
import dev.latchkey.proto.tenancy.v1.ResumeOrganizationRequest;
import dev.latchkey.proto.tenancy.v1.ResumeOrganizationResponse;
import dev.latchkey.proto.tenancy.v1.SuspendOrganizationRequest;
import dev.latchkey.proto.tenancy.v1.SuspendOrganizationResponse;
import dev.latchkey.proto.tenancy.v1.UpdateOrganizationRequest;
import dev.latchkey.proto.tenancy.v1.UpdateOrganizationResponse;
import dev.latchkey.tenancy.node.Level;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;

/** The calls on organizations. */
@Singleton
final class OrganizationEndpoint extends OrganizationServiceGrpc.OrganizationServiceImplBase
    implements ManagementEndpoint {
  private final NodeCalls calls;

  OrganizationEndpoint(NodeCalls calls) {
    this.calls = calls;
  }

  @Override
  public void createOrganization(
      CreateOrganizationRequest request, StreamObserver<CreateOrganizationResponse> out) {
    calls.create(Level.ORGANIZATION, request, CreateOrganizationResponse.getDefaultInstance(), out);
  }

  @Override
  public void getOrganization(
      GetOrganizationRequest request, StreamObserver<GetOrganizationResponse> out) {
    calls.get(Level.ORGANIZATION, request, GetOrganizationResponse.getDefaultInstance(), out);
  }

  @Override
  public void listOrganizations(
      ListOrganizationsRequest request, StreamObserver<ListOrganizationsResponse> out) {
    calls.list(Level.ORGANIZATION, request, ListOrganizationsResponse.getDefaultInstance(), out);
  }

  @Override
  public void updateOrganization(
      UpdateOrganizationRequest request, StreamObserver<UpdateOrganizationResponse> out) {
    calls.update(Level.ORGANIZATION, request, UpdateOrganizationResponse.getDefaultInstance(), out);
  }

  @Override
  public void suspendOrganization(
      SuspendOrganizationRequest request, StreamObserver<SuspendOrganizationResponse> out) {
    calls.suspend(
        Level.ORGANIZATION, request, SuspendOrganizationResponse.getDefaultInstance(), out);
  }

  @Override
  public void resumeOrganization(
      ResumeOrganizationRequest request, StreamObserver<ResumeOrganizationResponse> out) {
    calls.resume(Level.ORGANIZATION, request, ResumeOrganizationResponse.getDefaultInstance(), out);
  }

  @Override
  public void deleteOrganization(
      DeleteOrganizationRequest request, StreamObserver<DeleteOrganizationResponse> out) {
    calls.delete(Level.ORGANIZATION, request, DeleteOrganizationResponse.getDefaultInstance(), out);
  }
}
