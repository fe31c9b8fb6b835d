using ILGPU.Runtime;

namespace ILGPU
{
    public readonly struct SharedMemoryConfig
    {
        public static readonly SharedMemoryConfig Empty;

        public SharedMemoryConfig(int numElements, int elementSize)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(numElements);
            ArgumentOutOfRangeException.ThrowIfNegative(elementSize);
            NumElements = numElements;
            ElementSize = elementSize;
        }

        public int NumElements { get; }

        public int ElementSize { get; }

        public int ArraySize => NumElements * ElementSize;

        public bool UsesDynamicSharedMemory => NumElements > 0 && ElementSize > 0;

        public static SharedMemoryConfig RequestDynamic<T>(int numElements)
            where T : unmanaged
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(numElements, 1);
            return new SharedMemoryConfig(numElements, Interop.SizeOf<T>());
        }
    }

    public readonly struct KernelConfig
    {
        public KernelConfig(Index1D gridDim, Index1D groupDim)
            : this(gridDim, groupDim, default)
        {
        }

        public KernelConfig(Index1D gridDim, Index1D groupDim, SharedMemoryConfig sharedMemoryConfig)
            : this(new Index3D(gridDim.X, 1, 1), new Index3D(groupDim.X, 1, 1), sharedMemoryConfig)
        {
        }

        public KernelConfig(Index2D gridDim, Index2D groupDim)
            : this(gridDim, groupDim, default)
        {
        }

        public KernelConfig(Index2D gridDim, Index2D groupDim, SharedMemoryConfig sharedMemoryConfig)
            : this(new Index3D(gridDim, 1), new Index3D(groupDim, 1), sharedMemoryConfig)
        {
        }

        public KernelConfig(Index3D gridDim, Index3D groupDim)
            : this(gridDim, groupDim, default)
        {
        }

        public KernelConfig(int gridDimX, int gridDimY, int gridDimZ, int groupDimX, int groupDimY, int groupDimZ)
            : this(new Index3D(gridDimX, gridDimY, gridDimZ), new Index3D(groupDimX, groupDimY, groupDimZ), default)
        {
        }

        public KernelConfig(Index3D gridDim, Index3D groupDim, SharedMemoryConfig sharedMemoryConfig)
        {
            if (gridDim.LongSize < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(gridDim));
            }

            if (groupDim.LongSize < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(groupDim));
            }

            GridDim = gridDim;
            GroupDim = groupDim;
            SharedMemoryConfig = sharedMemoryConfig;
        }

        public Index3D GridDim { get; }

        public Index3D GroupDim { get; }

        public SharedMemoryConfig SharedMemoryConfig { get; }

        public bool UsesDynamicSharedMemory => SharedMemoryConfig.UsesDynamicSharedMemory;

        public bool IsValid =>
            GridDim is { X: > 0, Y: > 0, Z: > 0 } && GroupDim is { X: > 0, Y: > 0, Z: > 0 };

        public long Size => GridDim.LongSize * GroupDim.LongSize;

        public void Deconstruct(out Index3D gridDim, out Index3D groupDim)
        {
            gridDim = GridDim;
            groupDim = GroupDim;
        }

        public static implicit operator KernelConfig((Index1D, Index1D) dimensions) => new(dimensions.Item1, dimensions.Item2);

        public static implicit operator KernelConfig((Index3D, Index1D) dimensions) =>
            new(dimensions.Item1, new Index3D(dimensions.Item2, 1, 1));

        public static implicit operator KernelConfig((Index3D, Index2D) dimensions) =>
            new(dimensions.Item1, new Index3D(dimensions.Item2, 1));

        public static implicit operator KernelConfig((Index2D, Index2D) dimensions) => new(dimensions.Item1, dimensions.Item2);

        public static implicit operator KernelConfig((Index3D, Index3D) dimensions) => new(dimensions.Item1, dimensions.Item2);

        public static implicit operator KernelConfig((Index1D, Index1D, SharedMemoryConfig) dimensions) =>
            new(dimensions.Item1, dimensions.Item2, dimensions.Item3);

        public static implicit operator KernelConfig((Index3D, Index3D, SharedMemoryConfig) dimensions) =>
            new(dimensions.Item1, dimensions.Item2, dimensions.Item3);
    }
}

namespace ILGPU.Runtime
{
    public readonly struct KernelSpecialization
    {
        public static readonly KernelSpecialization Empty;

        public KernelSpecialization(int? maxNumThreadsPerGroup, int? minNumGroupsPerMultiprocessor)
        {
            if (maxNumThreadsPerGroup < 1)
            {
                throw new ArgumentOutOfRangeException(nameof(maxNumThreadsPerGroup));
            }

            if (minNumGroupsPerMultiprocessor < 1)
            {
                throw new ArgumentOutOfRangeException(nameof(minNumGroupsPerMultiprocessor));
            }

            MaxNumThreadsPerGroup = maxNumThreadsPerGroup;
            MinNumGroupsPerMultiprocessor = minNumGroupsPerMultiprocessor;
        }

        public int? MaxNumThreadsPerGroup { get; }

        public int? MinNumGroupsPerMultiprocessor { get; }

        public bool IsCompatibleWith(Accelerator accelerator)
        {
            ArgumentNullException.ThrowIfNull(accelerator);
            return MaxNumThreadsPerGroup is null || MaxNumThreadsPerGroup <= accelerator.MaxNumThreadsPerGroup;
        }

        internal void Check(Accelerator accelerator)
        {
            if (!IsCompatibleWith(accelerator))
            {
                throw new NotSupportedException("The kernel is specialized for groups larger than the device's.");
            }
        }
    }
}
