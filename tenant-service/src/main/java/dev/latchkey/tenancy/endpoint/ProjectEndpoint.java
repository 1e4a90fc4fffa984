package dev.latchkey.tenancy.endpoint;

import dev.latchkey.kit.runtime.ManagementEndpoint;
import dev.latchkey.proto.tenancy.v1.CreateProjectRequest;
import dev.latchkey.proto.tenancy.v1.CreateProjectResponse;
import dev.latchkey.proto.tenancy.v1.DeleteProjectRequest;
import dev.latchkey.proto.tenancy.v1.DeleteProjectResponse;
import dev.latchkey.proto.tenancy.v1.GetProjectRequest;
import dev.latchkey.proto.tenancy.v1.GetProjectResponse;
import dev.latchkey.proto.tenancy.v1.ListProjectsRequest;
import dev.latchkey.proto.tenancy.v1.ListProjectsResponse;
import dev.latchkey.proto.tenancy.v1.ProjectServiceGrpc;
import dev.latchkey.proto.tenancy.v1.ResumeProjectRequest;
import dev.latchkey.proto.tenancy.v1.ResumeProjectResponse;
import dev.latchkey.proto.tenancy.v1.SuspendProjectRequest;
import dev.latchkey.proto.tenancy.v1.SuspendProjectResponse;
import dev.latchkey.proto.tenancy.v1.UpdateProjectRequest;
import dev.latchkey.proto.tenancy.v1.UpdateProjectResponse;
import dev.latchkey.tenancy.node.Level;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Singleton;

/** The calls on projects. */
@Singleton
final class ProjectEndpoint extends ProjectServiceGrpc.ProjectServiceImplBase
    implements ManagementEndpoint {
  private final NodeCalls calls;

  ProjectEndpoint(NodeCalls calls) {
    this.calls = calls;
  }

  @Override
  public void createProject(
      CreateProjectRequest request, StreamObserver<CreateProjectResponse> out) {
    calls.create(Level.PROJECT, request, CreateProjectResponse.getDefaultInstance(), out);
  }

  @Override
  public void getProject(GetProjectRequest request, StreamObserver<GetProjectResponse> out) {
    calls.get(Level.PROJECT, request, GetProjectResponse.getDefaultInstance(), out);
  }

  @Override
  public void listProjects(ListProjectsRequest request, StreamObserver<ListProjectsResponse> out) {
    calls.list(Level.PROJECT, request, ListProjectsResponse.getDefaultInstance(), out);
  }

  @Override
  public void updateProject(
      UpdateProjectRequest request, StreamObserver<UpdateProjectResponse> out) {
    calls.update(Level.PROJECT, request, UpdateProjectResponse.getDefaultInstance(), out);
  }

  @Override
  public void suspendProject(
      SuspendProjectRequest request, StreamObserver<SuspendProjectResponse> out) {
    calls.suspend(Level.PROJECT, request, SuspendProjectResponse.getDefaultInstance(), out);
  }

  @Override
  public void resumeProject(
      ResumeProjectRequest request, StreamObserver<ResumeProjectResponse> out) {
    calls.resume(Level.PROJECT, request, ResumeProjectResponse.getDefaultInstance(), out);
  }

  @Override
  public void deleteProject(
      DeleteProjectRequest request, StreamObserver<DeleteProjectResponse> out) {
    calls.delete(Level.PROJECT, request, DeleteProjectResponse.getDefaultInstance(), out);
  }
}
