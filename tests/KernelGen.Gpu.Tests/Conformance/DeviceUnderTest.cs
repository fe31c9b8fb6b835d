using KernelGen.Reference;
using KernelGen.Tests.Numerics;

namespace KernelGen.GpuTests.Conformance;

/// <summary>Runs the comparison with the oracle on every device under test.</summary>
internal abstract class DeviceUnderTest
{
    private static readonly AsyncLocal<int> s_index = new();

    /// <summary>The device that codecs run on which are made now.</summary>
    public static int Index => s_index.Value;

    /// <summary>Compares on these devices; on all under test without any.</summary>
    public static void Check(Type codec, IReferenceScheme scheme, params int[] devices) =>
        CodecAssembly.Over<DeviceUnderTest>(codec, typeof(Of<>)).Check(scheme, devices);

    protected abstract void Check(IReferenceScheme scheme, int[] devices);

    private sealed class Of<TCodec> : DeviceUnderTest
        where TCodec : class, IVectorCodec<TCodec>
    {
        protected override void Check(IReferenceScheme scheme, int[] devices)
        {
            foreach (int index in devices is [] ? DevicesUnderTest.Of<TCodec>() : devices)
            {
                s_index.Value = index;

                // Where the host's memory lies means nothing to a device.
                ICodecConformance.Of(typeof(OnGpu<TCodec>), scheme).Run(CpuTiers.Best, Placement.AgainstEnd);
            }
        }
    }
}
