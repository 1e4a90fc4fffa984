package dev.latchkey.tenancy.endpoint;

import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.proto.tenancy.v1.CreateWorkspaceRequest;
import dev.latchkey.proto.tenancy.v1.CreateWorkspaceResponse;
import dev.latchkey.proto.tenancy.v1.DeleteWorkspaceRequest;
import dev.latchkey.proto.tenancy.v1.DeleteWorkspaceResponse;
import dev.latchkey.proto.tenancy.v1.GetWorkspaceRequest;
import dev.latchkey.proto.tenancy.v1.GetWorkspaceResponse;
import dev.latchkey.proto.tenancy.v1.ListWorkspacesRequest;
import dev.latchkey.proto.tenancy.v1.ListWorkspacesResponse;
import dev.latchkey.proto.tenancy.v1.ResumeWorkspaceRequest;
import dev.latchkey.proto.tenancy.v1.ResumeWorkspaceResponse;
import dev.latchkey.proto.tenancy.v1.SuspendWorkspaceRequest;
import dev.latchkey.proto.tenancy.v1.SuspendWorkspaceResponse;
import dev.latchkey.proto.tenancy.v1.UpdateWorkspaceRequest;
import dev.latchkey.proto.tenancy.v1.UpdateWorkspaceResponse;
import dev.latchkey.proto.tenancy.v1.WorkspaceServiceGrpc;
import dev.latchkey.tenancy.node.Level;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;

/** The calls on workspaces. */
@Singleton
final class WorkspaceEndpoint extends WorkspaceServiceGrpc.WorkspaceServiceImplBase
    implements ManagementEndpoint {
  private final NodeCalls calls;

  WorkspaceEndpoint(NodeCalls calls) {
    this.calls = calls;
  }

  @Override
  public void createWorkspace(
      CreateWorkspaceRequest request, StreamObserver<CreateWorkspaceResponse> out) {
    calls.create(Level.WORKSPACE, request, CreateWorkspaceResponse.getDefaultInstance(), out);
  }

  @Override
  public void getWorkspace(GetWorkspaceRequest request, StreamObserver<GetWorkspaceResponse> out) {
    calls.get(Level.WORKSPACE, request, GetWorkspaceResponse.getDefaultInstance(), out);
  }

  @Override
  public void listWorkspaces(
      ListWorkspacesRequest request, StreamObserver<ListWorkspacesResponse> out) {
    calls.list(Level.WORKSPACE, request, ListWorkspacesResponse.getDefaultInstance(), out);
  }

  @Override
  public void updateWorkspace(
      UpdateWorkspaceRequest request, StreamObserver<UpdateWorkspaceResponse> out) {
    calls.update(Level.WORKSPACE, request, UpdateWorkspaceResponse.getDefaultInstance(), out);
  }

  @Override
  public void suspendWorkspace(
      SuspendWorkspaceRequest request, StreamObserver<SuspendWorkspaceResponse> out) {
    calls.suspend(Level.WORKSPACE, request, SuspendWorkspaceResponse.getDefaultInstance(), out);
  }

  @Override
  public void resumeWorkspace(
      ResumeWorkspaceRequest request, StreamObserver<ResumeWorkspaceResponse> out) {
    calls.resume(Level.WORKSPACE, request, ResumeWorkspaceResponse.getDefaultInstance(), out);
  }

  @Override
  public void deleteWorkspace(
      DeleteWorkspaceRequest request, StreamObserver<DeleteWorkspaceResponse> out) {
    calls.delete(Level.WORKSPACE, request, DeleteWorkspaceResponse.getDefaultInstance(), out);
  }
}
