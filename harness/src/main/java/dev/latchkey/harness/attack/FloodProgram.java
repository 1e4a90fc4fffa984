package dev.latchkey.harness.attack;

import dev.latchkey.kit.secret.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * The program of a {@link FloodProcess}. It reads its caller's key, then the key whose shape its
 * texts have or an empty line, and then, line by line, a rate, milliseconds and targets for a
 * flood, which it answers with an empty line once it floods, or an empty line for its end, which it
 * answers with the counts. It ends with its input.
 */
public final class FloodProgram {
  /** How many well-formed texts are asked about again and again. */
  public static final int AGAIN = 100;

  private final Secret caller;
  private final Supplier<String> texts;
  private final LongAdder fresh = new LongAdder();
  private final List<Flood> floods = new ArrayList<>();

  private FloodProgram(Secret caller, String like) {
    this.caller = caller;
    this.texts = like.isEmpty() ? Texts::garbage : wellFormed(Secret.of(like));
  }

  public static void main(String[] arguments) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    FloodProgram program = new FloodProgram(Secret.of(in.readLine()), in.readLine());
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.isEmpty()) {
        System.out.println(program.end().line());
      } else {
        program.begin(List.of(line.split(" ", -1)));
        System.out.println();
      }
    }
    System.exit(0);
  }

  /** Half of them new, half of a few again and again. */
  private Supplier<String> wellFormed(Secret like) {
    List<String> again = IntStream.range(0, AGAIN).mapToObj(_ -> Texts.wellFormed(like)).toList();
    return () -> {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      if (random.nextBoolean()) {
        return again.get(random.nextInt(AGAIN));
      }
      fresh.increment();
      return Texts.wellFormed(like);
    };
  }

  private void begin(List<String> words) {
    int perSecond = Integer.parseInt(words.get(0));
    Duration time = Duration.ofMillis(Long.parseLong(words.get(1)));
    List<String> targets = words.subList(2, words.size());
    fresh.reset();
    targets.forEach(
        target -> floods.add(Flood.start(target, caller, texts, perSecond / targets.size(), time)));
  }

  private FloodCounts end() {
    floods.forEach(Flood::close);
    FloodCounts counts =
        new FloodCounts(
            sum(Flood::sent),
            sum(Flood::denied),
            sum(Flood::allowed),
            sum(Flood::failed),
            fresh.sum());
    floods.clear();
    return counts;
  }

  private long sum(ToLongFunction<Flood> count) {
    return floods.stream().mapToLong(count).sum();
  }
}
