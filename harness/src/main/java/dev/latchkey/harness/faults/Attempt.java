package dev.latchkey.harness.faults;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import dev.latchkey.harness.platform.Clients;
import dev.latchkey.kit.secret.Secret;
import dev.latchkey.proto.keys.v1.CreateKeyRequest;
import dev.latchkey.proto.keys.v1.CreateKeyResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.TimeUnit;

/** What came of an attempt to make a key where that may fail. */
sealed interface Attempt {
  /** It was acknowledged. */
  record Made(TrackedKey key) implements Attempt {}

  /** It was refused, or nothing is known of it; the reason is empty where none was given. */
  record Refused(Status.Code code, String reason) implements Attempt {}

  long LIMIT_SECONDS = 5;

  /** Tries to make a key on one node. */
  static Attempt create(Course course, int node) {
    Clients via = course.fleet().operator(node);
    try {
      CreateKeyResponse made =
          via.keys()
              .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
              .createKey(
                  CreateKeyRequest.newBuilder()
                      .setNodeId(course.ground().environment())
                      .setName(Ground.slug())
                      .addScopes(Ground.SCOPE)
                      // As large as it may be, so that a disk is full soon.
                      .putMetadata("note", "n".repeat(500))
                      .build());
      return new Made(new TrackedKey(made.getKey().getId(), Secret.of(made.getSecret())));
    } catch (StatusRuntimeException e) {
      return new Refused(e.getStatus().getCode(), reason(e));
    }
  }

  private static String reason(StatusRuntimeException failure) {
    com.google.rpc.Status status = StatusProto.fromThrowable(failure);
    if (status == null) {
      return "";
    }
    for (Any detail : status.getDetailsList()) {
      if (detail.is(ErrorInfo.class)) {
        try {
          return detail.unpack(ErrorInfo.class).getReason();
        } catch (InvalidProtocolBufferException e) {
          return e.toString();
        }
      }
    }
    return "";
  }
}
