package dev.latchkey.keys.authenticate;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Threads;

/**
 * What a decision takes on one thread, without the transport. Run by {@link DecisionBenchmarks}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(1)
public class DecisionBenchmark {
  /** On keys that take turns at random. */
  @Benchmark
  public Object decision(DecidingNode node) throws IOException {
    return decide(node, node.next());
  }

  /** On one key, which stays in the processor's caches. */
  @Benchmark
  public Object oneKey(DecidingNode node) throws IOException {
    return decide(node, node.first());
  }

  /** On requests that draw from no limit, whose answers tell of none. */
  @Benchmark
  public Object undrawn(DecidingNode node) throws IOException {
    return decide(node, node.nextUndrawn());
  }

  /** With the answer written to some bytes. */
  @Benchmark
  public Object written(DecidingNode node) throws IOException {
    Answer answer = decide(node, node.next());
    answer.writeTo(CodedOutputStream.newInstance(node.scratch()));
    return node.scratch();
  }

  private static Answer decide(DecidingNode node, byte[] request)
      throws InvalidProtocolBufferException {
    if (node.decisions().begin(request) instanceof Answer answered) {
      return answered;
    }
    throw new IllegalStateException("not decided at once");
  }
}
