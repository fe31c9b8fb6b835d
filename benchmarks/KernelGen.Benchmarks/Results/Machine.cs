using System.Collections;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace KernelGen.Benchmarks;

/// <summary>What the figures were taken on.</summary>
internal static class Machine
{
    /// <summary>What the processor calls itself.</summary>
    public static string Processor { get; } = FindProcessor();

    public static string Describe(string command) =>
        $"""
        - Processor: {Processor}, {Environment.ProcessorCount} cores; {string.Join(", ", InstructionSets())}
        - System: {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}
        - .NET: {RuntimeInformation.FrameworkDescription}
        - Date: {DateTime.UtcNow:yyyy-MM-dd}; load of the machine before: {Load()}
        - Command: `{Switches()}{command}`
        """;

    /// <summary>Processes that ran or waited to run in the last minute, where the system tells.</summary>
    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    /// <summary>Switches of the runtime in the environment, such as <c>DOTNET_EnableAVX512=0</c>.</summary>
    private static string Switches() => string.Concat(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
        .Where(variable => ((string)variable.Key).StartsWith("DOTNET_Enable", StringComparison.Ordinal))
        .Select(variable => $"{variable.Key}={variable.Value} "));

    private static string FindProcessor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        string? Field(string name) => File.ReadLines(CpuInfo)
            .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':', 2)[1].Trim();
        if (!File.Exists(CpuInfo))
        {
            return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "unknown";
        }

        return $"{Field("model name") ?? "unknown"} (family {Field("cpu family") ?? "?"}, model {Field("model\t") ?? "?"})";
    }

    private static IEnumerable<string> InstructionSets()
    {
        (string Name, bool IsSupported)[] sets =
        [
            ("AVX2", Avx2.IsSupported),
            ("FMA", Fma.IsSupported),
            ("AVX-512 F+BW+DQ+VL", Avx512BW.VL.IsSupported && Avx512DQ.IsSupported),
            ("AVX-512 VBMI", Avx512Vbmi.IsSupported),
            ("AVX-VNNI", AvxVnni.IsSupported),
            ("AdvSimd", AdvSimd.IsSupported),
        ];
        return sets.Where(set => set.IsSupported).Select(set => set.Name);
    }
}
