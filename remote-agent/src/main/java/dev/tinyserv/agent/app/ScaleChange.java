package dev.tinyserv.agent.app;

import dev.tinyserv.buildpacks.base.Printable;
import dev.tinyserv.buildpacks.base.Refusal;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A change of how many processes of a type run, such as {@code web=3}, {@code worker+1} or {@code clock-1}.
 *
 * @param type the type
 * @param sign {@code =} for the number itself, {@code +} for more, {@code -} for less
 * @param number none below 0
 */
public record ScaleChange(ProcessType type, char sign, int number) {
    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_-]{1,63})([=+-])([0-9]{1,9})");

    /** Reads a change; a {@link Refusal} for any other text, or for a number that makes no sense. */
    public static ScaleChange of(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw Refusal.usage("'" + Printable.shortened(text, 60)
                    + "' is no scale: say TYPE=N, TYPE+N or TYPE-N, such as web=2 or worker+1");
        }
        int number = Integer.parseInt(form.group(3));
        return new ScaleChange(new ProcessType(form.group(1)), form.group(2).charAt(0), number);
    }

    /**
     * The scale with all of these changes.
     *
     * @throws Refusal if a type would have less than 0 or more than {@value Formation#MOST} processes, or is named twice
     */
    public static Scale applied(Scale scale, List<ScaleChange> changes) {
        SortedMap<ProcessType, Integer> counts = new TreeMap<>();
        for (ScaleChange change : changes) {
            int count = change.from(scale.formation().count(change.type()));
            if (counts.put(change.type(), count) != null) {
                throw Refusal.usage(change.type() + " stands there twice");
            }
        }
        return scale.with(counts);
    }

    private int from(int former) {
        int count = sign == '=' ? number : sign == '+' ? former + number : former - number;
        if (count < 0 || count > Formation.MOST) {
            String why = sign == '=' ? "" : " would be " + count + ", as it runs " + former;
            throw Refusal.usage(
                    "" + type + sign + number + why + ": 0 to " + Formation.MOST + " processes of a type can run");
        }
        return count;
    }
}
