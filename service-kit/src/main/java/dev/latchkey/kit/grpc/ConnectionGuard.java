package dev.latchkey.kit.grpc;

import dev.latchkey.kit.net.Connections;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2ConnectionHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Stands where connections are accepted: closes at once those that are too many, and after a time
 * those that do not begin to speak; and bounds the calls at once from the first byte. The transport
 * itself would wait for a preface for ever, and bounds calls only once the client has acknowledged
 * that it may not make more.
 */
final class ConnectionGuard extends ChannelInboundHandlerAdapter {
  private final Connections connections;
  private final Duration start;
  private final int mostCalls;

  /**
   * @param start how long a connection may take until its handshake and preface are done
   * @param mostCalls how many calls it may make at once
   */
  ConnectionGuard(Connections connections, Duration start, int mostCalls) {
    this.connections = connections;
    this.start = start;
    this.mostCalls = mostCalls;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    Channel connection = (Channel) accepted;
    if (!connections.tryOpen()) {
      connection.unsafe().closeForcibly();
      return;
    }
    var _ = connection.closeFuture().addListener(_ -> connections.closed());
    connection.pipeline().addLast(new Beginning(start, mostCalls));
    context.fireChannelRead(accepted);
  }

  /**
   * Bounds the calls of a connection, and closes it if its preface is not there in time; leaves it
   * otherwise.
   */
  private static final class Beginning extends ChannelInboundHandlerAdapter {
    private final Duration limit;
    private final int mostCalls;
    private boolean bounded;

    Beginning(Duration limit, int mostCalls) {
      this.limit = limit;
      this.mostCalls = mostCalls;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      var _ =
          context
              .executor()
              .schedule(() -> check(context), limit.toMillis(), TimeUnit.MILLISECONDS);
      context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      bound(context);
      context.fireChannelRead(bytes);
      // With TLS the protocol begins with the last bytes of the handshake.
      bound(context);
    }

    private void bound(ChannelHandlerContext context) {
      if (bounded) {
        return;
      }
      Http2ConnectionHandler protocol = context.pipeline().get(Http2ConnectionHandler.class);
      if (protocol != null) {
        protocol.connection().remote().maxActiveStreams(mostCalls);
        bounded = true;
      }
    }

    private void check(ChannelHandlerContext context) {
      if (context.isRemoved()) {
        return;
      }
      Http2ConnectionHandler protocol = context.pipeline().get(Http2ConnectionHandler.class);
      if (protocol == null || !protocol.decoder().prefaceReceived()) {
        var _ = context.close();
      } else {
        context.pipeline().remove(this);
      }
    }
  }
}
