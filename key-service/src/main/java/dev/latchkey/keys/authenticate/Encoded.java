package dev.latchkey.keys.authenticate;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;

/** A message that knows its bytes without being a protobuf object. */
interface Encoded {
  /** How many bytes it has. */
  int size();

  /** Writes them. */
  void writeTo(CodedOutputStream out) throws IOException;
}
