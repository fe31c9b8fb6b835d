using System.Reflection;

namespace ILGPU.IR.Intrinsics
{
    public enum IntrinsicImplementationMode
    {
        Redirect,
        GenerateCode,
    }

    /// <summary>Marks a method that back ends replace. Here, as on the real CPU accelerator, its C# body runs.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class IntrinsicImplementationAttribute : Attribute;

    public abstract class IntrinsicImplementation
    {
        private protected IntrinsicImplementation(MethodInfo? targetMethod, IntrinsicImplementationMode mode)
        {
            TargetMethod = targetMethod ?? throw new NotSupportedException("No method to generate code.");
            Mode = mode;
        }

        public IntrinsicImplementationMode Mode { get; }

        public MethodInfo TargetMethod { get; }

        private protected static MethodInfo? Find(Type handlerType, string methodName) =>
            handlerType.GetMethod(
                methodName, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance);
    }

    public sealed class IntrinsicImplementationManager
    {
        private readonly Dictionary<MethodInfo, List<IntrinsicImplementation>> _methods = [];

        public void RegisterMethod(MethodInfo method, IntrinsicImplementation implementation)
        {
            ArgumentNullException.ThrowIfNull(implementation);
            lock (_methods)
            {
                if (!_methods.TryGetValue(method, out List<IntrinsicImplementation>? list))
                {
                    _methods.Add(method, list = []);
                }

                list.Add(implementation);
            }
        }
    }
}

namespace ILGPU.IR
{
    public static class IRContextExtensions
    {
        public static Intrinsics.IntrinsicImplementationManager GetIntrinsicManager(this Context context) => context.IntrinsicManager;

        public static Intrinsics.IntrinsicImplementationManager GetIntrinsicManager(this Context.Builder builder) =>
            builder.IntrinsicManager;
    }
}

namespace ILGPU.Backends.PTX
{
    using ILGPU.IR.Intrinsics;
    using ILGPU.Runtime.Cuda;

    /// <summary>Taken and never called.</summary>
    public sealed class PTXIntrinsic : IntrinsicImplementation
    {
        public PTXIntrinsic(MethodInfo targetMethod, IntrinsicImplementationMode mode)
            : base(targetMethod, mode)
        {
        }

        public PTXIntrinsic(MethodInfo targetMethod, IntrinsicImplementationMode mode, CudaArchitecture minArchitecture)
            : this(targetMethod, mode) => MinArchitecture = minArchitecture;

        public PTXIntrinsic(Type handlerType, IntrinsicImplementationMode mode)
            : this(handlerType, "Invoke", mode)
        {
        }

        public PTXIntrinsic(Type handlerType, IntrinsicImplementationMode mode, CudaArchitecture minArchitecture)
            : this(handlerType, mode) => MinArchitecture = minArchitecture;

        public PTXIntrinsic(Type handlerType, string methodName, IntrinsicImplementationMode mode)
            : base(Find(handlerType, methodName), mode)
        {
        }

        public PTXIntrinsic(Type handlerType, string methodName, IntrinsicImplementationMode mode, CudaArchitecture minArchitecture)
            : this(handlerType, methodName, mode) => MinArchitecture = minArchitecture;

        public CudaArchitecture? MinArchitecture { get; }
    }
}

namespace ILGPU.Backends.OpenCL
{
    using ILGPU.IR.Intrinsics;

    /// <summary>Taken and never called.</summary>
    public sealed class CLIntrinsic : IntrinsicImplementation
    {
        public CLIntrinsic(MethodInfo targetMethod, IntrinsicImplementationMode mode)
            : base(targetMethod, mode)
        {
        }

        public CLIntrinsic(Type handlerType, IntrinsicImplementationMode mode)
            : this(handlerType, "Invoke", mode)
        {
        }

        public CLIntrinsic(Type handlerType, string methodName, IntrinsicImplementationMode mode)
            : base(Find(handlerType, methodName), mode)
        {
        }
    }
}
