package dev.latchkey.harness.bench;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.DenialReason;
import dev.latchkey.proto.keys.v1.Denied;
import java.io.IOException;

/**
 * The decision a load must get, looked for in the bytes of an AuthenticateResponse. Of these only
 * what tells the decision is read; the rest is passed over, so that an answer costs the load
 * nothing that its size would matter to. Immutable.
 */
final class Expected {
  static final Expected ALLOWED = new Expected(true, DenialReason.DENIAL_REASON_UNSPECIFIED);

  private static final int ALLOWED_TAG =
      AuthenticateResponse.ALLOWED_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int DENIED_TAG =
      AuthenticateResponse.DENIED_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  private static final int REASON_TAG =
      Denied.REASON_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_VARINT;

  private final boolean allowed;
  private final int reason;

  private Expected(boolean allowed, DenialReason reason) {
    this.allowed = allowed;
    this.reason = reason.getNumber();
  }

  static Expected denied(DenialReason reason) {
    return new Expected(false, reason);
  }

  /**
   * Whether it is the decision of the response that goes up to the end of the input, or to its
   * limit.
   *
   * @throws IOException if there is no response, but something else
   */
  boolean isIn(CodedInputStream response) throws IOException {
    boolean asExpected = false;
    for (int tag = response.readTag(); tag != 0; tag = response.readTag()) {
      switch (tag) {
        case ALLOWED_TAG -> {
          asExpected = allowed;
          skip(response, tag);
        }
        case DENIED_TAG -> {
          int outer = response.pushLimit(response.readRawVarint32());
          asExpected = isReasonIn(response) && !allowed;
          response.popLimit(outer);
        }
        default -> skip(response, tag);
      }
    }
    return asExpected;
  }

  private boolean isReasonIn(CodedInputStream denied) throws IOException {
    int found = DenialReason.DENIAL_REASON_UNSPECIFIED_VALUE;
    for (int tag = denied.readTag(); tag != 0; tag = denied.readTag()) {
      if (tag == REASON_TAG) {
        found = denied.readEnum();
      } else {
        skip(denied, tag);
      }
    }
    return found == reason;
  }

  /** Passes over a field. */
  static void skip(CodedInputStream in, int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new InvalidProtocolBufferException("a group ends that has not begun");
    }
  }
}
