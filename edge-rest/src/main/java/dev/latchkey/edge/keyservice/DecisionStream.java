package dev.latchkey.edge.keyservice;

import dev.latchkey.kit.balancing.Node;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import dev.latchkey.proto.keys.v1.AuthenticateResponse;
import dev.latchkey.proto.keys.v1.AuthenticateStreamRequest;
import dev.latchkey.proto.keys.v1.AuthenticateStreamResponse;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream of questions to one node, and the questions under way on it. Every question ends with
 * one word to its {@link Asker}, spoken outside of the lock: its answer, or that it has none. Safe
 * for use by many threads.
 */
final class DecisionStream extends ClientCall.Listener<AuthenticateStreamResponse> {
  /** How many questions may be under way; half of what key-service takes. */
  static final int MOST_UNDER_WAY = 512;

  /** The lower bits of a question's id: its place among those under way. */
  private static final int PLACE_BITS = 9;

  /**
   * How long questions are put on it. Less than a connection that is told to close may go on with
   * what is under way, so that none is cut off with it.
   */
  private static final long LIFE_NANOS = Duration.ofSeconds(10).toNanos();

  /** How long one that takes no more questions may still be open. */
  private static final long END_NANOS = Duration.ofSeconds(20).toNanos();

  /** How long a node that has refused a stream gets no other. */
  private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private final Node node;
  private final ClientCall<AuthenticateStreamRequest, AuthenticateStreamResponse> call;
  private final Consumer<DecisionStream> onClose;
  private final long openedNanos = System.nanoTime();

  /** Held while a question is written, and by nobody for long. */
  private final ReentrantLock lock = new ReentrantLock();

  private final @Nullable UnderWay[] underWay = new UnderWay[MOST_UNDER_WAY];
  private final int[] free = new int[MOST_UNDER_WAY];
  private int freePlaces = MOST_UNDER_WAY;
  private long asked;
  private boolean hasAnswered;
  private long closedNanos;
  private volatile boolean over;
  private volatile boolean closed;

  private record UnderWay(long id, Asker asker, long sinceNanos) {}

  DecisionStream(Node node, CallOptions options, Consumer<DecisionStream> onClose) {
    this.node = node;
    this.call = node.newCall(AuthenticationServiceGrpc.getAuthenticateStreamMethod(), options);
    this.onClose = onClose;
    for (int place = 0; place < MOST_UNDER_WAY; place++) {
      free[place] = place;
    }
  }

  void start() {
    call.start(this, new Metadata());
    // What is under way is bounded here; answers to it are all welcome.
    call.request(Integer.MAX_VALUE);
  }

  /** Whether it takes no more questions. */
  boolean isOver() {
    return over;
  }

  /** Whether the node may be given another stream: this one is over, and not just refused. */
  boolean mayBeFollowed(long nowNanos) {
    lock.lock();
    try {
      return over && (!closed || hasAnswered || nowNanos - closedNanos > PAUSE_NANOS);
    } finally {
      lock.unlock();
    }
  }

  /** Puts a question; false where it takes none, and then the asker is told nothing. */
  boolean tryAsk(AuthenticateRequest question, String requestId, Asker asker) {
    lock.lock();
    try {
      if (over || freePlaces == 0) {
        return false;
      }
      int place = free[--freePlaces];
      long id = asked++ << PLACE_BITS | place;
      underWay[place] = new UnderWay(id, asker, System.nanoTime());
      call.sendMessage(
          AuthenticateStreamRequest.newBuilder()
              .setId(id)
              .setRequest(question)
              .setRequestId(requestId)
              .build());
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onMessage(AuthenticateStreamResponse message) {
    Asker asker = take(message.getId());
    if (asker == null) {
      // It was given up, and asked elsewhere.
      return;
    }
    switch (message.getOutcomeCase()) {
      case RESPONSE -> asker.answered(message.getResponse());
      case ERROR -> asker.refused(message.getError());
      case OUTCOME_NOT_SET -> asker.answered(AuthenticateResponse.getDefaultInstance());
    }
  }

  private @Nullable Asker take(long id) {
    int place = (int) id & (MOST_UNDER_WAY - 1);
    lock.lock();
    try {
      hasAnswered = true;
      UnderWay found = underWay[place];
      if (found == null || found.id() != id) {
        return null;
      }
      leave(place);
      return found.asker();
    } finally {
      lock.unlock();
    }
  }

  private void leave(int place) {
    underWay[place] = null;
    free[freePlaces++] = place;
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    List<UnderWay> unanswered;
    lock.lock();
    try {
      over = true;
      closed = true;
      closedNanos = System.nanoTime();
      unanswered = takeOlder(0, closedNanos);
    } finally {
      lock.unlock();
    }
    onClose.accept(this);
    unanswered.forEach(question -> question.asker().ended());
  }

  /** Takes away the questions without an answer that were put this long ago, or longer. */
  private List<UnderWay> takeOlder(long ageNanos, long nowNanos) {
    List<UnderWay> taken = new ArrayList<>();
    for (int place = 0; place < MOST_UNDER_WAY; place++) {
      UnderWay question = underWay[place];
      if (question != null && nowNanos - question.sinceNanos() >= ageNanos) {
        leave(place);
        taken.add(question);
      }
    }
    return taken;
  }

  /**
   * Gives up what has had no answer for this long, and all of the stream if its node has said
   * nothing at all meanwhile; takes no more questions once the stream has had its time.
   */
  void tend(long nowNanos, long patienceNanos) {
    List<UnderWay> unanswered;
    boolean stayedTooLong;
    lock.lock();
    try {
      unanswered = takeOlder(patienceNanos, nowNanos);
      if (!over && nowNanos - openedNanos >= LIFE_NANOS) {
        over = true;
        call.halfClose();
      }
      stayedTooLong = over && nowNanos - openedNanos >= LIFE_NANOS + END_NANOS;
    } finally {
      lock.unlock();
    }
    boolean silent = false;
    for (UnderWay question : unanswered) {
      silent |= node.unanswered(question.sinceNanos());
      question.asker().unanswered();
    }
    if (silent || stayedTooLong) {
      end("the node says nothing");
    }
  }

  /** Ends it at once; what is under way has no answer. */
  void end(String reason) {
    lock.lock();
    try {
      over = true;
      call.cancel(reason, null);
    } finally {
      lock.unlock();
    }
  }
}
