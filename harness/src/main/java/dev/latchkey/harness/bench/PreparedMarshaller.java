package dev.latchkey.harness.bench;

import io.grpc.Drainable;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Sends messages that are encoded already. The arrays must not change. */
final class PreparedMarshaller implements Marshaller<byte[]> {
  @Override
  public InputStream stream(byte[] message) {
    return new Prepared(message);
  }

  @Override
  public byte[] parse(InputStream stream) {
    throw new UnsupportedOperationException("only for messages that are sent");
  }

  /** Written at once; gRPC knows the length of any {@link ByteArrayInputStream}. */
  private static final class Prepared extends ByteArrayInputStream implements Drainable {
    Prepared(byte[] message) {
      super(message);
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int left = available();
      target.write(buf, pos, left);
      pos += left;
      return left;
    }
  }
}
