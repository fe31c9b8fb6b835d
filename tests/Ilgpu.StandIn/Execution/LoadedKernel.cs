using System.Reflection;
using ILGPU.Runtime;

namespace ILGPU.StandIn.Execution;

/// <summary>A kernel on an accelerator.</summary>
internal sealed class LoadedKernel
{
    private readonly Accelerator _accelerator;
    private readonly KernelCode _code;

    private LoadedKernel(Accelerator accelerator, KernelCode code)
    {
        _accelerator = accelerator;
        _code = code;
    }

    public static LoadedKernel Load(Accelerator accelerator, Delegate action)
    {
        ArgumentNullException.ThrowIfNull(action);
        accelerator.CheckUsable();
        Context context = accelerator.Context;
        context.ThrowIfPoisoned();
        context.Counters.Loaded();
        MethodInfo method = action.Method;
        if (!method.IsStatic && method.DeclaringType!.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length > 0)
        {
            throw new NotSupportedException("A kernel cannot capture variables.");
        }

        if (context.Options.FailCompilation?.Invoke(method) == true)
        {
            var failure = new InternalCompilerException($"Emulated: {method.Name} does not compile.");
            context.Poison(failure);
            throw failure;
        }

        KernelCode code = KernelCode.Of(method);
        if (context.Options.CheckKernels && code.Objection is string objection)
        {
            throw StandInException.InKernel(code.Name, $"ILGPU rejects or miscompiles it: {objection}.");
        }

        return new LoadedKernel(accelerator, code);
    }

    public void Launch(AcceleratorStream stream, KernelConfig config, params object[] arguments)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using IDisposable? call = _accelerator.AcceleratorType == AcceleratorType.OpenCL ? _accelerator.Overlap.Enter(_code.Name) : null;
        if (stream.Accelerator != _accelerator)
        {
            throw StandInException.InKernel(_code.Name, "it is launched on a stream of another accelerator.");
        }

        CheckExtents(config);
        CheckMemory(arguments);
        stream.Enqueue($"a launch of {_code.Name}", () => Run(config, arguments));
    }

    private void Run(KernelConfig config, object[] arguments)
    {
        _accelerator.CountLaunch();
        CheckMemory(arguments);
        var launch = new Launch(_accelerator, _code.Name, config.GridDim, config.GroupDim, config.SharedMemoryConfig.ArraySize);
        try
        {
            var group = new KernelGroup(launch);
            IGroupRunner runner = GroupRunner.Create(_code, group, arguments, _accelerator.Context.Options);
            for (int z = 0; z < config.GridDim.Z; z++)
            {
                for (int y = 0; y < config.GridDim.Y; y++)
                {
                    for (int x = 0; x < config.GridDim.X; x++)
                    {
                        if (_accelerator.IsDisposed)
                        {
                            throw StandInException.InKernel(_code.Name, "the accelerator was disposed while it ran.");
                        }

                        group.Start(new Index3D(x, y, z));
                        runner.Run();
                    }
                }
            }
        }
        catch (StandInException exception)
        {
            _accelerator.Fault(exception);
            throw;
        }
        catch (Exception exception)
        {
            StandInException fault = StandInException.InKernel(_code.Name, exception.Message, exception);
            _accelerator.Fault(fault);
            throw fault;
        }
    }

    private void CheckExtents(KernelConfig config)
    {
        if (!config.IsValid)
        {
            throw new ArgumentOutOfRangeException(nameof(config), $"{_code.Name}: a grid of {config.GridDim} groups of {config.GroupDim}.");
        }

        if (!config.GridDim.InBoundsInclusive(_accelerator.MaxGridSize))
        {
            throw new ArgumentOutOfRangeException(
                nameof(config), $"{_code.Name}: a grid of {config.GridDim}, where {_accelerator.MaxGridSize} is the most.");
        }

        if (!config.GroupDim.InBoundsInclusive(_accelerator.MaxGroupSize)
            || config.GroupDim.LongSize > _accelerator.MaxNumThreadsPerGroup)
        {
            throw new ArgumentOutOfRangeException(
                nameof(config), $"{_code.Name}: groups of {config.GroupDim}, where {_accelerator.MaxNumThreadsPerGroup} threads are the most.");
        }
    }

    private void CheckMemory(object[] arguments)
    {
        foreach (object argument in arguments)
        {
            foreach (MemoryBuffer buffer in ArgumentViews.Buffers(argument))
            {
                if (buffer.Address == 0)
                {
                    throw StandInException.InKernel(_code.Name, $"it is launched with a freed buffer of {buffer.LengthInBytes} bytes.");
                }

                if (buffer.Accelerator != _accelerator)
                {
                    throw StandInException.InKernel(_code.Name, "it is launched with memory of the host or of another accelerator.");
                }
            }
        }
    }
}

/// <summary>Finds views in arguments, also inside structs.</summary>
internal static class ArgumentViews
{
    public static IEnumerable<MemoryBuffer> Buffers(object argument)
    {
        if (argument is IArrayView view)
        {
            return view.IsValid ? [view.Buffer] : [];
        }

        Type type = argument.GetType();
        return type.IsPrimitive || type.IsEnum
            ? []
            : type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                .SelectMany(field => Buffers(field.GetValue(argument)!));
    }
}

/// <summary>What memory and arguments may consist of.</summary>
internal static class Blittable
{
    public static void Check(Type type)
    {
        if (type == typeof(bool) || type == typeof(char))
        {
            throw new NotSupportedException($"{type} is not blittable.");
        }

        if (!type.IsPrimitive && !type.IsEnum)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            {
                Check(field.FieldType);
            }
        }
    }
}

/// <summary>Launches on an OpenCL device that overlap: the real one then mixes up their arguments and returns wrong results.</summary>
internal sealed class LaunchOverlap
{
    private int _inside;
    private int _lastThread;
    private volatile bool _overlapped;

    public IDisposable Enter(string kernel)
    {
        bool first = Interlocked.Increment(ref _inside) == 1;
        int thread = Environment.CurrentManagedThreadId;
        bool sameThread = Interlocked.Exchange(ref _lastThread, thread) is int last && (last == thread || last == 0);
        if (first && !sameThread)
        {
            // Another thread launches as well. Without a lock it comes in while this one stays.
            Thread.Sleep(1);
        }

        if (!first || _overlapped)
        {
            _overlapped = true;
            Interlocked.Decrement(ref _inside);
            throw StandInException.InKernel(kernel, "two threads launch on an OpenCL device at once, without a lock.");
        }

        return new Exit(this);
    }

    private sealed class Exit(LaunchOverlap owner) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref owner._inside);
    }
}
