package dev.tinyserv.agent.ssh;

import dev.tinyserv.agent.app.AppName;
import dev.tinyserv.agent.command.Call;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Does what the first argument says, and says what it got. */
final class EchoHandler implements Call.Handler {
    final CountDownLatch started = new CountDownLatch(1);
    final CountDownLatch cancelled = new CountDownLatch(1);

    @Override
    public int handle(Call call) {
        try {
            return answer(call);
        } catch (IOException e) {
            return 74;
        } catch (InterruptedException e) {
            return 75;
        }
    }

    private int answer(Call call) throws IOException, InterruptedException {
        return switch (call.arguments().get(0)) {
            case "exit" -> Integer.parseInt(call.arguments().get(1));
            case "cat" -> {
                call.in().transferTo(call.out());
                yield 0;
            }
            case "refuse-input" -> {
                int first = call.in().read();
                call.in().close();
                call.err().write(("refused after " + first + "\n").getBytes(StandardCharsets.UTF_8));
                yield 3;
            }
            case "count" -> {
                print(call, Long.toString(call.in().transferTo(OutputStream.nullOutputStream())));
                yield 0;
            }
            case "spew" -> spew(call, Long.parseLong(call.arguments().get(1)));
            case "wait" -> await(call);
            case "read-and-wait" -> {
                call.in().transferTo(OutputStream.nullOutputStream());
                yield await(call);
            }
            case "until-cancelled" -> {
                await(call);
                yield 0;
            }
            case "use" -> use(call);
            case "finish" -> {
                await(call);
                print(call, "it has happened\n");
                yield 7;
            }
            case "throw" -> throw new IllegalStateException("a bug");
            default -> {
                call.err().write("to stderr\n".getBytes(StandardCharsets.UTF_8));
                print(call, description(call));
                yield 0;
            }
        };
    }

    private static int spew(Call call, long bytes) throws IOException {
        byte[] block = new byte[1 << 16];
        for (long left = bytes; left > 0; left -= block.length) {
            call.out().write(block, 0, (int) Math.min(block.length, left));
        }
        return 0;
    }

    /** About one app, until it is cancelled; others may run beside it. */
    private static int use(Call call) throws IOException, InterruptedException {
        call.caller().requireUseOf(new AppName(call.arguments().get(1)));
        CountDownLatch over = new CountDownLatch(1);
        call.cancellation().onCancel(over::countDown);
        print(call, "waiting\n");
        return over.await(60, TimeUnit.SECONDS) ? 0 : 1;
    }

    private int await(Call call) throws IOException, InterruptedException {
        print(call, "waiting\n");
        call.cancellation().onCancel(cancelled::countDown);
        started.countDown();
        return cancelled.await(60, TimeUnit.SECONDS) ? 42 : 1;
    }

    private static void print(Call call, String text) throws IOException {
        call.out().write(text.getBytes(StandardCharsets.UTF_8));
        call.out().flush();
    }

    private static String description(Call call) {
        StringBuilder text = new StringBuilder();
        call.arguments()
                .forEach(argument -> text.append("arg <").append(argument).append(">\n"));
        new TreeMap<>(call.environment())
                .forEach((name, value) -> text.append("env ")
                        .append(name)
                        .append('=')
                        .append(value)
                        .append('\n'));
        text.append("account ")
                .append(call.account().name())
                .append(' ')
                .append(call.account().role())
                .append(' ')
                .append(new TreeSet<AppName>(call.account().apps()))
                .append("\naddress ")
                .append(call.address().orElseThrow())
                .append('\n');
        return text.toString();
    }
}
