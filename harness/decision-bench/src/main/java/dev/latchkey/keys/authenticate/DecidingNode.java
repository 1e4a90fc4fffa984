package dev.latchkey.keys.authenticate;

import com.google.protobuf.CodedOutputStream;
import dev.latchkey.keys.Application;
import dev.latchkey.keys.KeyServiceSettings;
import dev.latchkey.kit.runtime.ServiceHost;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A node of key-service within this process, with settings from the environment like any other, and
 * requests about keys that it has in memory. Ends with the process that started this one.
 */
@State(Scope.Benchmark)
public class DecidingNode {
  /** The system property with the file of requests, one delimited message after the other. */
  static final String REQUESTS = "latchkey.bench.requests";

  private static final long SEED = 1;
  private static final int SCRATCH = 8 << 10;

  private final List<byte[]> requests = new ArrayList<>();
  private final List<byte[]> undrawn = new ArrayList<>();
  private final byte[] scratch = new byte[SCRATCH];
  private @Nullable ServiceHost host;
  private @Nullable Decisions decisions;
  private int turn;

  /** Starts it and has it read every key. */
  @Setup
  public void start() throws IOException {
    endWithParent();
    ServiceHost started =
        ServiceHost.start(Application.plan(KeyServiceSettings.read(System.getenv())));
    host = started;
    decisions = started.context().getBean(Decisions.class);
    readRequests(Path.of(System.getProperty(REQUESTS, "")));
    for (byte[] request : requests) {
      requireAllowed(Decisions.end(decisions().begin(request)).join());
    }
  }

  private static void endWithParent() {
    ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
    var _ = parent.onExit().thenRun(() -> Runtime.getRuntime().halt(1));
  }

  /**
   * The keys in an order of chance; the requests are made in that order, so that they lie in memory
   * one after the other. A server has each in its processor's caches, for it has just read it.
   */
  private void readRequests(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      for (AuthenticateRequest request = AuthenticateRequest.parseDelimitedFrom(in);
          request != null;
          request = AuthenticateRequest.parseDelimitedFrom(in)) {
        requests.add(request.toByteArray());
      }
    }
    Collections.shuffle(requests, new Random(SEED));
    requests.replaceAll(byte[]::clone);
    for (byte[] request : requests) {
      undrawn.add(
          AuthenticateRequest.parseFrom(request).toBuilder().setCost(0).build().toByteArray());
    }
  }

  private static void requireAllowed(Answer answer) throws IOException {
    byte[] bytes = new byte[answer.size()];
    answer.writeTo(CodedOutputStream.newInstance(bytes));
    if (!AuthenticateResponse.parseFrom(bytes).hasAllowed()) {
      throw new IllegalStateException("a key is denied");
    }
  }

  /** Ends it. */
  @TearDown
  public void stop() {
    ServiceHost started = host;
    if (started != null) {
      started.close();
    }
  }

  Decisions decisions() {
    Decisions present = decisions;
    if (present == null) {
      throw new IllegalStateException("not started");
    }
    return present;
  }

  /** The request about the first key. */
  byte[] first() {
    return requests.getFirst();
  }

  /** The request about the next key. */
  byte[] next() {
    return requests.get(turn());
  }

  /** The same, for one that draws from no limit. */
  byte[] nextUndrawn() {
    return undrawn.get(turn());
  }

  private int turn() {
    turn = turn + 1 < requests.size() ? turn + 1 : 0;
    return turn;
  }

  /** Room for an answer. */
  byte[] scratch() {
    return scratch;
  }
}
