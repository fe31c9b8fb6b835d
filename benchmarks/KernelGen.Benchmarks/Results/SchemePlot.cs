using System.Globalization;
using System.Text;

namespace KernelGen.Benchmarks;

/// <summary>One dot of the plot.</summary>
/// <param name="Name">Its label.</param>
/// <param name="Family">The quantizer, which gives the colour.</param>
/// <param name="Bytes">Bytes per vector.</param>
/// <param name="Recall">Share of the true ten nearest that a search finds.</param>
/// <param name="Nanoseconds">Of a search, per vector.</param>
internal sealed record PlottedScheme(string Name, string Family, int Bytes, double Recall, double Nanoseconds);

/// <summary>Recall against bytes per vector as SVG; the greater a dot's area, the faster its searches. Readable on light and dark pages.</summary>
internal static class SchemePlot
{
    private const int Width = 960;
    private const int Height = 620;
    private const int Left = 64;
    private const int Right = 24;
    private const int Top = 56;
    private const int Bottom = 52;

    /// <summary>Nothing above this can be told apart on some hundred queries.</summary>
    private const double HighestRecall = 0.9992;

    private const double LetterWidth = 6.9;
    private const double LetterHeight = 12;

    // How far a label may be from its dot; farther ones have a line to it.
    private static readonly double[] s_gaps = [4, 14, 26, 40];

    // A dot of one nanosecond per vector has this radius.
    private const double UnitRadius = 15;

    private static readonly double[] s_recallMarks = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];

    // Distinct for most kinds of colour blindness, and on white as on black (after Okabe and Ito).
    private static readonly string[] s_colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c8c8c"];

    public static string Draw(IReadOnlyList<PlottedScheme> schemes, string subtitle)
    {
        string[] families = [.. schemes.Select(scheme => scheme.Family).Distinct(StringComparer.Ordinal)];
        var axes = new Axes(schemes);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{Width}} {{Height}}" font-family="system-ui, sans-serif" font-size="12">
            <title>Recall against bytes per vector</title>
            <style>
              text { fill: #1f2328 }
              .faint { fill: #59636e }
              .grid { stroke: #59636e; stroke-opacity: 0.25 }
              .dot { fill-opacity: 0.85; stroke: #ffffff; stroke-width: 0.8 }
              .lead { stroke: #59636e; stroke-width: 0.8 }
              .name { stroke: #ffffff; stroke-width: 3; stroke-opacity: 0.7; paint-order: stroke }
              @media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .faint { fill: #9198a1 } .grid, .lead { stroke: #9198a1 } .dot, .name { stroke: #0d1117 } }
            </style>
            <text x="{{Left}}" y="20" font-size="15" font-weight="600">Recall against bytes per vector; larger dots search faster</text>
            <text x="{{Left}}" y="38" class="faint">{{subtitle}}</text>

            """);
        axes.Draw(svg);
        DrawLegend(svg, families);
        var taken = schemes.Select(scheme => Box.Around(axes.X(scheme), axes.Y(scheme), Radius(scheme))).ToList();
        foreach (PlottedScheme scheme in schemes.OrderByDescending(Radius))
        {
            string colour = s_colours[Array.IndexOf(families, scheme.Family) % s_colours.Length];
            svg.Append(CultureInfo.InvariantCulture,
                $"""
                <circle class="dot" cx="{axes.X(scheme):F1}" cy="{axes.Y(scheme):F1}" r="{Radius(scheme):F1}" fill="{colour}"><title>{scheme.Name}: {scheme.Bytes} bytes, recall@10 {scheme.Recall:F4}, {scheme.Nanoseconds:F1} ns/vector</title></circle>

                """);
        }

        foreach (PlottedScheme scheme in schemes.OrderByDescending(Radius))
        {
            (double x, double y) = (axes.X(scheme), axes.Y(scheme));
            Place place = PlaceLabel(x, y, Radius(scheme), scheme.Name.Length * LetterWidth, taken);
            Box label = place.Label;
            taken.Add(label);
            if (place.Gap > s_gaps[0])
            {
                svg.Append(CultureInfo.InvariantCulture, $"""<line class="lead" x1="{x:F1}" y1="{y:F1}" x2="{place.X:F1}" y2="{place.Y:F1}"/>""").Append('\n');
            }

            svg.Append(CultureInfo.InvariantCulture, $"""<text class="name" x="{label.X:F1}" y="{label.Y + LetterHeight - 2:F1}">{scheme.Name}</text>""").Append('\n');
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static double Radius(PlottedScheme scheme) => Math.Clamp(UnitRadius / Math.Sqrt(scheme.Nanoseconds), 2.5, 2 * UnitRadius);

    private static void DrawLegend(StringBuilder svg, string[] families)
    {
        double y = Height - Bottom - 16 - (18 * families.Length);
        double x = Width - Right - 120;
        for (int i = 0; i < families.Length; i++)
        {
            y += 18;
            svg.Append(CultureInfo.InvariantCulture,
                $"""
                <circle class="dot" cx="{x:F1}" cy="{y:F1}" r="6" fill="{s_colours[i % s_colours.Length]}"/><text x="{x + 12:F1}" y="{y + 4:F1}">{families[i]}</text>

                """);
        }
    }

    /// <summary>Of places around a dot, the one that covers least of what is there already, and of those the nearest.</summary>
    private static Place PlaceLabel(double x, double y, double radius, double width, IReadOnlyList<Box> taken)
    {
        IEnumerable<Place> places =
            from gap in s_gaps
            from direction in Enumerable.Range(0, 16)
            let angle = direction * Math.PI / 8
            select At(gap, Math.Cos(angle), Math.Sin(angle));
        return places.MinBy(place => (100 * taken.Sum(place.Label.Overlap)) + (8 * place.Gap) + (IsInside(place.Label) ? 0 : 1e6))!;

        Place At(double gap, double right, double down)
        {
            (double endX, double endY) = (x + ((radius + gap) * right), y + ((radius + gap) * down));

            // From beside the dot to above or below it, the label moves along its line.
            return new(gap, endX, endY, new(endX - (width * (1 - right) / 2), endY - (LetterHeight * (1 - down) / 2), width, LetterHeight));
        }
    }

    private static bool IsInside(Box label) =>
        label.X >= Left && label.X + label.Width <= Width - 2 && label.Y >= Top && label.Y + label.Height <= Height - Bottom;

    /// <summary>A label, the point of its edge that is nearest to the dot, and how far that is from the dot.</summary>
    private sealed record Place(double Gap, double X, double Y, Box Label);

    private sealed record Box(double X, double Y, double Width, double Height)
    {
        public static Box Around(double x, double y, double radius) => new(x - radius, y - radius, 2 * radius, 2 * radius);

        public double Overlap(Box other)
        {
            double width = Math.Min(X + Width, other.X + other.Width) - Math.Max(X, other.X);
            double height = Math.Min(Y + Height, other.Y + other.Height) - Math.Max(Y, other.Y);
            return width <= 0 || height <= 0 ? 0 : width * height;
        }
    }

    /// <summary>Bytes on a logarithmic scale, recall by the logarithm of what is found to what is missed.</summary>
    private sealed class Axes
    {
        private readonly double _firstPower;
        private readonly double _lastPower;
        private readonly double _lowest;
        private readonly double _highest;

        public Axes(IReadOnlyList<PlottedScheme> schemes)
        {
            _firstPower = Math.Log2(schemes.Min(scheme => scheme.Bytes)) - 0.6;
            _lastPower = Math.Log2(schemes.Max(scheme => scheme.Bytes)) + 0.7;
            _lowest = Odds(schemes.Min(scheme => scheme.Recall) - 0.05);
            _highest = Odds(HighestRecall) * 1.04;
        }

        public double X(PlottedScheme scheme) => X(Math.Log2(scheme.Bytes));

        public double Y(PlottedScheme scheme) => Y(scheme.Recall);

        public void Draw(StringBuilder svg)
        {
            for (double power = Math.Ceiling(_firstPower); power <= _lastPower; power++)
            {
                double x = X(power);
                svg.Append(CultureInfo.InvariantCulture,
                    $"""
                    <line class="grid" x1="{x:F1}" y1="{Top}" x2="{x:F1}" y2="{Height - Bottom}"/><text class="faint" x="{x:F1}" y="{Height - Bottom + 18}" text-anchor="middle">{Math.Pow(2, power):F0}</text>

                    """);
            }

            foreach (double mark in s_recallMarks.Where(mark => Odds(mark) >= _lowest))
            {
                svg.Append(CultureInfo.InvariantCulture,
                    $"""
                    <line class="grid" x1="{Left}" y1="{Y(mark):F1}" x2="{Width - Right}" y2="{Y(mark):F1}"/><text class="faint" x="{Left - 8}" y="{Y(mark) + 4:F1}" text-anchor="end">{mark:0.0##}</text>

                    """);
            }

            svg.Append(CultureInfo.InvariantCulture,
                $"""
                <text class="faint" x="{(Left + Width - Right) / 2}" y="{Height - 12}" text-anchor="middle">bytes per vector</text>
                <text class="faint" x="18" y="{(Top + Height - Bottom) / 2}" text-anchor="middle" transform="rotate(-90 18 {(Top + Height - Bottom) / 2})">recall@10</text>

                """);
        }

        private static double Odds(double recall) => Math.Log(Math.Clamp(recall, 0.01, HighestRecall) / (1 - Math.Clamp(recall, 0.01, HighestRecall)));

        private double X(double power) => Left + ((Width - Left - Right) * (power - _firstPower) / (_lastPower - _firstPower));

        private double Y(double recall) => Height - Bottom - ((Height - Top - Bottom) * (Odds(recall) - _lowest) / (_highest - _lowest));
    }
}
